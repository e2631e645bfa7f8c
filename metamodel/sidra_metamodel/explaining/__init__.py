"""Answers about a configuration: why a value is what it is, and what is in force."""
