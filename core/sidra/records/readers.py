"""Functions that turn rows into dicts: generated, because interpreting a list of fields costs thirty times as much."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sidra.access.masks import HIDDEN, Mask
from sidra.records.record import Masked
from sidra.store.codecs import Codec

Row = tuple[Any, ...]
Read = Callable[[Row], dict[str, Any]]
Style = Literal["python", "json"]


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of the dict: its key, and where in the row its columns stand.

    mask: set where the reader may see the value masked only.
    """

    key: str
    codec: Codec
    positions: tuple[int, ...]
    mask: Mask | None = None


def compile_reader(fields: Iterable[Field], style: Style = "python") -> Read:
    """Return the function from a row to a dict with the fields' keys, in order; an absent value is None.

    `python` gives values of the conventions, `json` what orjson writes (moments as datetime, decimals as numbers).
    """
    names: dict[str, Any] = {"Masked": Masked}
    entries = [f"{field.key!r}: {_source(number, field, style, names)}" for number, field in enumerate(fields)]
    source = f"def read(row):\n    return {{{', '.join(entries)}}}\n"
    # Only keys (as literals), positions and names made here enter the source; no text of a configuration does.
    exec(compile(source, "<reader>", "exec"), names)  # noqa: S102 - see above
    return names["read"]  # type: ignore[no-any-return]  # made by the line above


def _source(number: int, field: Field, style: Style, names: dict[str, Any]) -> str:
    convert = field.codec.decode if style == "python" else field.codec.json
    if field.mask is not None:
        convert = masking(field.codec, field.mask)
    cells = [f"row[{position}]" for position in field.positions]
    if convert is None:
        return cells[0]
    names[f"convert_{number}"] = convert
    absent = " and ".join(f"{cell} is None" for cell in cells)
    return f"None if {absent} else convert_{number}({', '.join(cells)})"


def masking(codec: Codec, mask: Mask) -> Callable[..., Masked]:
    """Return the function from driver values to the masked text; what is no text is hidden whole."""

    def convert(*cells: Any) -> Masked:  # noqa: ANN401 - values of a row
        value = codec.decode(*cells) if codec.decode else cells[0]
        return Masked(mask(value) if isinstance(value, str) else HIDDEN)

    return convert
