"""Taking another version of the baseline: what each override saw, what became of that, and what is to be done."""
