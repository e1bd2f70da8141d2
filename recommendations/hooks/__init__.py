"""Webhooks: what happened in the register, told to the servers of those who want to be called."""
