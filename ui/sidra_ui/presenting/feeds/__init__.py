"""Feeds: what they load and how their runs go."""
