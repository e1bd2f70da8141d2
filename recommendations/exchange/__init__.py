"""Workshop: files in and out."""
