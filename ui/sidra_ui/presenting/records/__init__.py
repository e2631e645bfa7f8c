"""The page of one record: its values, history, comments, files, steps."""
