"""Boards: columns, cards, and the ways between them."""
