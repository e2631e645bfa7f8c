"""The group's configuration as YAML: the layer `meridian` and its packs `core`, `mature` and `b2b`. Data, no logic."""

from pathlib import Path


def folder() -> Path:
    """Return the folder that holds the group's `layer.yaml` and one folder for each pack."""
    return Path(__file__).parent
