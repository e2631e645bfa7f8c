"""Charts: what was counted, drawn and told in words."""
