"""The style guide: a page, there only where DEBUG is on, that draws every shared partial from plain values."""
