"""Doors for templates: small pieces that a template cannot say by itself."""
