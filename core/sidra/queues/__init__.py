"""Queues: where work waits, who serves them, and what is told when work changes hands."""
