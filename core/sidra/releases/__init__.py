"""Releases: what is in force of an affiliate's configuration, what a change of it would do, and who let it."""
