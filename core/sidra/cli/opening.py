"""What several commands begin with: an affiliate, by its name, on its store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sidra.errors import NotFound

if TYPE_CHECKING:
    from sidra.runtime import Runtime


def open_runtime(affiliate: str) -> Runtime:
    """Return the Runtime of an affiliate; raises NotFound where it is not there or its configuration is broken."""
    from sidra.affiliates.registry import Affiliates
    from sidra.settings import load_settings

    affiliates = Affiliates(load_settings(os.environ, Path.cwd()))
    runtime = affiliates.get(affiliate)
    if runtime is None:
        known = ", ".join(sorted(affiliates.names))
        hint = f"run `sidra check {affiliate}`, or use one of: {known}"
        raise NotFound(f"no affiliate `{affiliate}` is served", hint=hint)
    return runtime
