"""Demonstration data: believable, invented, and the same for the same seed."""
