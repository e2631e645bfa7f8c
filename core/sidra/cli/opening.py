"""What several commands begin with: an affiliate, by its name, on its store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sidra.errors import Misconfigured, NotFound, SidraError

if TYPE_CHECKING:
    from sidra.affiliates.registry import Affiliates
    from sidra.runtime import Runtime


def open_runtime(affiliate: str) -> Runtime:
    """Return the Runtime of an affiliate; raises NotFound where there is none, Misconfigured where it cannot serve."""
    from sidra.affiliates.registry import Affiliates
    from sidra.settings import load_settings

    affiliates = Affiliates(load_settings(os.environ, Path.cwd()))
    runtime = affiliates.get(affiliate)
    if runtime is None:
        raise why_not_served(affiliates, affiliate)
    return runtime


def why_not_served(affiliates: Affiliates, affiliate: str) -> SidraError:
    """Return the error that says why an affiliate has no Runtime."""
    state = affiliates.state(affiliate)
    if state is None:
        known = ", ".join(affiliates.names) or "none"
        return NotFound(f"no affiliate `{affiliate}` is served", hint=f"there are: {known}")
    errors = [found for found in state.diagnostics if found.severity == "error"]
    reason = f"{errors[0].code}: {errors[0].message}" if errors else "its configuration was never good"
    hint = (errors[0].help if errors else "") or f"run `sidra check {affiliate}`"
    return Misconfigured(f"`{affiliate}` is not served: {reason}", hint=hint)
