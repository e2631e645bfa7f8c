"""The pages of the reference that follow from the code: keywords, errors, hooks."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise

from sidra import errors, hookspecs
from sidra.plugins import Function, PluginType, load_plugins
from sidra_metamodel.codes import CODES
from sidra_metamodel.reference import GENERATED, errors_page, keywords_page

QUOTES = '"""'


def reference_pages() -> Mapping[str, str]:
    """Return the generated pages by file name."""
    registry = load_plugins(()).registry
    return {
        "keywords.md": keywords_page(registry),
        "errors.md": errors_page({**CODES, **errors.CODES}),
        "hooks.md": hooks_page(),
    }


def hooks_page() -> str:
    """Return the page that lists every hook with its signature, and what hooks return, as Markdown."""
    parts = ["# Hooks", GENERATED, "A plugin marks its functions with `@hookimpl` and imports `sidra.plugins` only."]
    for name, function in inspect.getmembers(hookspecs, _is_hook):
        signature = str(inspect.signature(function)).replace("'", "")
        parts += [f"## `{name}{signature}`", inspect.getdoc(function) or ""]
    for returned in (PluginType, Function):
        parts += [f"## What is a `{returned.__name__}`", inspect.getdoc(returned) or "", "\n".join(_fields(returned))]
    return "\n\n".join(parts) + "\n"


def _is_hook(member: object) -> bool:
    return inspect.isfunction(member) and hasattr(member, f"{hookspecs.PROJECT}_spec")


def _fields(returned: type) -> Iterator[str]:
    """Yield each field as it is written, with the sentence below it in the code."""
    lines = [line.strip() for line in inspect.getsource(returned).splitlines()]
    names = {field.name for field in dataclasses.fields(returned)}
    for line, below in pairwise(lines):
        if line.partition(":")[0] in names:
            sentence = f" {below.strip(QUOTES)}" if below.startswith(QUOTES) else ""
            yield f"- `{line}`{sentence}"
