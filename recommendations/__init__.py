"""The app: a register of recommendations and of what came of them."""
