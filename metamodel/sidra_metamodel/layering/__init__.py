"""From the documents of each layer to those that are in force: merged, inherited, settled, with provenance."""
