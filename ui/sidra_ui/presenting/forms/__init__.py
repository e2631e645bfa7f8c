"""Forms: the controls of a record, what they post, and what becomes of it."""
