"""Tables that come in: read, compared, applied, undone."""
