"""The 360° page: everything that belongs to a customer, each box by itself."""
