"""What is told at once: signals to whoever looks on, notifications to persons, and who has a record open now."""
