"""Functions that turn rows into dicts: generated, because interpreting a list of fields costs thirty times as much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sidra.access.masks import Mask
from sidra.privacy.keys import KeyMissing
from sidra.privacy.sealing import Unseal
from sidra.records.record import ILLEGIBLE, Masked
from sidra.store.codecs import Codec

Row = tuple[Any, ...]
Read = Callable[[Row], dict[str, Any]]
ReadAll = Callable[[Iterable[Row], str], list[dict[str, Any]]]
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
    unseal: tuple[Unseal, int] | None = None
    """Set where the value is kept encrypted: what decrypts it, and where the row has the id that it was sealed for."""


def compile_reader(fields: Iterable[Field]) -> Read:
    """Return the function from a row to a dict of values of the conventions, in order; an absent value is None."""
    names: dict[str, Any] = {"Masked": Masked}
    entries = [f"{field.key!r}: {_source(number, field, names)}" for number, field in enumerate(fields)]
    source = f"def read(row):\n    return {{{', '.join(entries)}}}\n"
    # Only keys (as literals), positions and names made here enter the source; no text of a configuration does.
    exec(compile(source, "<reader>", "exec"), names)  # noqa: S102 - see above
    return names["read"]  # type: ignore[no-any-return]  # made by the line above


def compile_documents(fields: Iterable[Field], constants: Mapping[str, str], link: str = "") -> ReadAll:
    """Return the function from rows and an address to dicts of what orjson writes, one a row, in order.

    That is moments as datetime and decimals as numbers; an absent value is left out.
    constants: entries that are the same in each; link: the key of the address with the row's `id` behind it, if any.
    """
    names: dict[str, Any] = {"Masked": Masked}
    # Field by field instead of in one display: most records of a wide entity have few of its values.
    lines = [line for number, field in enumerate(fields) for line in _lines(number, field, names)]
    lines += [f"document[{link!r}] = address + key"] if link else []
    for number, (key, text) in enumerate(constants.items()):
        names[f"constant_{number}"] = text
        lines.append(f"document[{key!r}] = constant_{number}")
    steps = ["document = {}", *lines, "documents.append(document)"]
    body = "".join(f"  {line}\n" for line in steps)
    source = f"def read(rows, address):\n documents = []\n for row in rows:\n{body} return documents\n"
    exec(compile(source, "<documents>", "exec"), names)  # noqa: S102 - as in `compile_reader`
    return names["read"]  # type: ignore[no-any-return]  # made by the line above


_ID = "(text := row[{0}].hex('-', 2)) and f'{{text[:4]}}{{text[5:29]}}{{text[30:34]}}{{text[35:]}}'"
"""What `id_text` does, without the call that a list makes for each row."""


def _lines(number: int, field: Field, names: dict[str, Any]) -> Iterator[str]:
    """Code that puts one field into `document`, where it has a value."""
    convert = _converter(field, "json")
    if field.key == "id":
        yield f"document['id'] = key = {_ID.format(field.positions[0])}"
        return
    if convert is None:
        yield f"if (value := row[{field.positions[0]}]) is not None: document[{field.key!r}] = value"
        return
    names[f"convert_{number}"] = convert
    cells = [f"row[{position}]" for position in field.positions]
    present = " or ".join(f"{cell} is not None" for cell in cells)
    cells += _place(field)
    yield f"if ({present}) and (value := convert_{number}({', '.join(cells)})) is not None:"
    yield f" document[{field.key!r}] = value"


def _source(number: int, field: Field, names: dict[str, Any]) -> str:
    convert = _converter(field, "python")
    cells = [f"row[{position}]" for position in field.positions]
    if convert is None:
        return cells[0]
    names[f"convert_{number}"] = convert
    absent = " and ".join(f"{cell} is None" for cell in cells)
    cells += _place(field)
    return f"None if {absent} else convert_{number}({', '.join(cells)})"


def _place(field: Field) -> list[str]:
    return [f"row[{field.unseal[1]}]"] if field.unseal is not None else []


def _converter(field: Field, style: Style) -> Callable[..., Any] | None:
    if field.unseal is not None:
        return unsealing(field.unseal[0], field.mask)
    if field.mask is not None:
        return masking(field.codec, field.mask)
    return field.codec.decode if style == "python" else field.codec.json


def unsealing(unseal: Unseal, mask: Mask | None) -> Callable[[str, bytes], str]:
    """Return the function from a sealed text and its record's id to the value; without its key the record stands."""

    def convert(text: str, id: bytes) -> str:
        try:
            value = unseal(text, id)
        except KeyMissing:
            return ILLEGIBLE
        return value if mask is None else Masked(mask(value))

    return convert


def masking(codec: Codec, mask: Mask) -> Callable[..., Masked]:
    """Return the function from driver values to the masked text; of what is no text, nothing shows but the shape."""

    def convert(*cells: Any) -> Masked:  # noqa: ANN401 - values of a row
        value = codec.decode(*cells) if codec.decode else cells[0]
        return Masked(mask(value if isinstance(value, str) else ""))

    return convert
