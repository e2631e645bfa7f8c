"""Channels: what customers write or say becomes conversations, and answers go out by the same ways."""
