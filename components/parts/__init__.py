"""Small parts of pages: Markdown texts, times in the viewer's zone, links, notices, accessibility."""
