"""Lists as files that take longer than a request: made as durable work, kept for a day, given to who asked alone."""
