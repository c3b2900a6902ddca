"""Small parts of pages: texts as Markdown, times of the viewer, links, what makes a page accessible."""
