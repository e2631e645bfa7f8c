"""Lists that are made into files: how far each is, and where the file is had."""
