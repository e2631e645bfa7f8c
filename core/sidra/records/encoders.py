"""Functions from values to the columns of a row: generated, as are those the other way in `readers`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sidra.records.folding import sort_key
from sidra.store.codecs import Codec
from sidra.store.tables import Stored

Encode = Callable[[Mapping[str, Any]], dict[str, object]]


def compile_encoder(members: Iterable[Stored], locale: str) -> Encode:
    """Return the function from the values of a whole record to its columns, each under its name after `v_`.

    It raises ValueError or OverflowError for a value that its column cannot hold.
    """
    names: dict[str, Any] = {"sort_key": sort_key, "locale": locale}
    entries: list[str] = []
    for number, stored in enumerate(members):
        entries += _entries(number, stored, names)
    source = f"def encode(values):\n    return {{{', '.join(entries)}}}\n"
    # Only names of members and columns (as literals) and names made here enter the source.
    exec(compile(source, "<encoder>", "exec"), names)  # noqa: S102 - see above
    return names["encode"]  # type: ignore[no-any-return]  # made by the line above


def _entries(number: int, stored: Stored, names: dict[str, Any]) -> Iterable[str]:
    if stored.relation is not None:
        reference, *kind = stored.columns
        yield _cell(number, reference, reference, stored.codec, names)
        yield from (f"'v_{name}': values[{name!r}]" for name in kind)
        return
    if len(stored.columns) > 1:
        names[f"encode_{number}"] = _parts(stored)
        yield f"**encode_{number}(values[{stored.name!r}])"
        return
    yield _cell(number, stored.name, stored.columns[0], stored.codec, names)
    if stored.has_sort_key:
        yield f"'v_{stored.sort_column}': None if (v := values[{stored.name!r}]) is None else sort_key(v, locale)"


def _cell(number: int, key: str, column: str, codec: Codec, names: dict[str, Any]) -> str:
    if codec.is_plain:
        return f"'v_{column}': values[{key!r}]"
    names[f"encode_{number}"] = codec.encode
    return f"'v_{column}': None if (v := values[{key!r}]) is None else encode_{number}(v)[0]"


def _parts(stored: Stored) -> Callable[[Any], dict[str, object]]:
    names = [f"v_{column}" for column in stored.columns]
    absent = dict.fromkeys(names)

    def encode(value: Any) -> dict[str, object]:  # noqa: ANN401 - of the member's type
        return absent if value is None else dict(zip(names, stored.codec.encode(value), strict=True))

    return encode
