"""Figures: how near the register comes to what PostgreSQL and one thin Python process can do on the same machine."""
