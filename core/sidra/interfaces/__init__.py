"""Interfaces: how records come in from files of other systems."""
