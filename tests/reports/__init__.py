"""Figures and the data of charts."""
