"""Edits of one YAML file that leave everything else in it as it was written."""
