"""The page of the documentation that lists every code, for `docs/reference/errors.md`.

Written anew by `python -m sidra.error_reference docs/reference/errors.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from sidra.errors import CODES as RUNTIME_CODES
from sidra_metamodel.codes import CODES as CONFIGURATION_CODES

PREAMBLE = """\
# Errors

Every error has a code that never changes its meaning, a place, a reason and a way out. Codes with E are about the
configuration: `sidra check` finds them. Codes with R arise while Sidra runs: R0xx when it starts, R4xx and R5xx for a
request as a whole, R6xx for one value of a record.
"""


def error_reference() -> str:
    """The whole page as Markdown: one heading a code."""
    sections = [
        "\n## Configuration\n",
        *_entries(CONFIGURATION_CODES),
        "\n## Run time\n",
        *_entries(RUNTIME_CODES),
    ]
    return PREAMBLE + "".join(sections)


def _entries(codes: Mapping[str, str]) -> Iterator[str]:
    for code, text in sorted(codes.items()):
        title, _, way_out = text.partition(". ")
        yield f"\n### {code}\n\n{title.rstrip('.')}.{f' {way_out}' if way_out else ''}\n"


def main(arguments: list[str]) -> None:
    """Write the page to the file that is named."""
    Path(arguments[0]).write_text(error_reference(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
