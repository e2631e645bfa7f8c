"""Versions of the baseline: what belongs to one, that it is whole, and which number its changes ask for."""
