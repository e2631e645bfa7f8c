"""What each person has arranged: settings by key, and saved views of lists, own and shared."""
