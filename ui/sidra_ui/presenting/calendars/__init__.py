"""Calendars: records on their days."""
