"""Events as TM Forum names them: projected from the outbox, kept for a while, delivered to whoever subscribed."""
