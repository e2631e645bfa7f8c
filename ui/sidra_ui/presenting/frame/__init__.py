"""The frame of every page: navigation, palette, keyboard, tours, what is told while a page stands, search, home."""
