"""Proposals and releases on the screen."""
