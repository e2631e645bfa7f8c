"""Invented view-models for the gallery and the tests: no customer in them exists."""
