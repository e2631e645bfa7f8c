"""Wizards: forms in steps, and their one unit of work."""
