"""Lists: their records, columns, filters, conditions and views."""
