"""How days and times are written, where it is not as Django does it."""
