"""The language server: what editors ask about the YAML of layers while it is written."""
