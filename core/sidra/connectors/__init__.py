"""Other systems that are asked while a person waits: bounded calls, typed answers, kept for when they fail."""
