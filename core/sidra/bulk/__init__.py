"""Changes to many records at once, as durable work that can be looked at, ended and taken back."""
