"""Durable work: what is written down in one transaction with its cause, and done once, whatever dies meanwhile."""
