"""The configuration on the screen: layers, findings, provenance, widgets."""
