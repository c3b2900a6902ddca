"""What is served beside the pages, and what stands before every answer."""
