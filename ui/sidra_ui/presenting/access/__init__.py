"""Who a reader is, what they may see and why, and what is kept of it."""
