"""What stands round every page: style, logo, sidebar, banner, and the place of errors."""
