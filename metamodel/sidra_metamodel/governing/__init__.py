"""What a layer may do to those below it."""
