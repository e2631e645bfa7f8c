"""Changes to many records of a list at once."""
