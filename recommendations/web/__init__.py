"""Doors for people: pages. A view parses, calls one verb or one query, and answers."""
