"""Operation: what people who run an installation need."""
