"""Who may use and spend, what admins can do, and rate limits."""
