"""Doors for programs: the REST API. A view parses, calls one verb or one query, and answers."""
