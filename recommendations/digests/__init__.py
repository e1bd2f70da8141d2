"""The post room: which digests are due, what they say, and handing them over. See docs/digests.md for the protocol."""
