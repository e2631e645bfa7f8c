"""From files to positioned nodes: what is refused here is never composed."""
