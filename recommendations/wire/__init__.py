"""The only way out to the servers of others: guarded, within a time, with nothing of ours."""
