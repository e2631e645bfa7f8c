"""The console: the inbox, one conversation, what is done about it."""
