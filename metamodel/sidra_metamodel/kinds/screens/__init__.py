"""The words of screens, one module a kind of screen; `kinds/screen.py` puts them together."""
