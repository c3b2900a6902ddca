"""What is served beside the pages, and what every answer passes through."""
