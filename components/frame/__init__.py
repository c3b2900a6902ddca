"""The frame of every page: style, logo, sidebar, banner and personal key."""
