"""The words of interfaces, one module a kind of interface; `kinds/interface.py` puts them together."""
