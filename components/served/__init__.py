"""The routes beside the pages, and the middleware for every response."""
