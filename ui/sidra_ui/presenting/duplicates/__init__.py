"""Records that may be one thing, and those that became one."""
