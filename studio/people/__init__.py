"""Who may look and spend, what admins do, and how often."""
