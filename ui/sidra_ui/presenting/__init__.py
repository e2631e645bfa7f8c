"""From records and the configuration to view-models: what each page shows to one reader, in that reader's language.

Presenters take a Desk and plain values, never a request, and give view-models, never HTML.
"""
