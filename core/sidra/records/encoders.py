"""Functions from values to the cells of rows: generated, as are those the other way in `readers`.

What is written is known, so that no statement reads a row back: a cell is kept as the driver is given it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sidra.privacy.sealing import Sealing
from sidra.records.folding import sort_key
from sidra.store.identifiers import id_bytes
from sidra.store.tables import Stored

Row = tuple[Any, ...]
EncodeNew = Callable[[Mapping[str, Any]], tuple[Row, Row]]
EncodeChange = Callable[[Mapping[str, Any], Row], tuple[Row, Row]]


def compile_new(
    members: Iterable[Stored],
    constants: Mapping[str, str],
    columns: Sequence[str],
    parameters: Iterable[str],
    locale: str,
    sealing: Sealing,
) -> EncodeNew:
    """Return the function from all values of a new record to the parameters of its statement, and to its row.

    constants: the text of columns that no member has; all others are empty. It raises ValueError or OverflowError for
    a value that its column cannot hold.
    """
    cells, names, lines = _cells(members, locale, sealing, "id_bytes(values['id'])")
    cells |= {column: repr(text) for column, text in constants.items()}
    row = [cells.get(column, "None") for column in columns]
    given = [cells.get(name.removeprefix("v_"), "None") for name in parameters]
    result = f"({_tuple(given)}, {_tuple(row)})" if given != row else f"(row := {_tuple(row)}, row)"
    return _compiled("values", lines, result, names)  # type: ignore[no-any-return]  # a generated function


def compile_change(
    members: Iterable[Stored], columns: Sequence[str], parameters: Iterable[str], locale: str, sealing: Sealing
) -> EncodeChange:
    """Return the function from a record's values and its row to the parameters of a change, and to the row after it.

    Parameters `k_<column>` are cells of the row as it was. It raises as `compile_new` does.
    """
    cells, names, lines = _cells(members, locale, sealing, f"row[{columns.index('id')}]")
    row = [cells.get(column, f"row[{position}]") for position, column in enumerate(columns)]
    given = [
        f"row[{columns.index(name.removeprefix('k_'))}]" if name.startswith("k_") else cells[name.removeprefix("v_")]
        for name in parameters
    ]
    return _compiled("values, row", lines, f"({_tuple(given)}, {_tuple(row)})", names)  # type: ignore[no-any-return]


def _compiled(arguments: str, lines: Iterable[str], result: str, names: dict[str, Any]) -> Any:  # noqa: ANN401 - a function
    source = "\n ".join([f"def encode({arguments}):", *lines, f"return {result}"])
    # Only names of members and columns (as literals) and names made here enter the source.
    exec(compile(source, "<encoder>", "exec"), names)  # noqa: S102 - see above
    return names["encode"]


def _cells(
    members: Iterable[Stored], locale: str, sealing: Sealing, id: str
) -> tuple[dict[str, str], dict[str, Any], list[str]]:
    """Return the variable of each column, the names that the code needs, and the code that sets the variables.

    id: the code of the record's stored id, for which values are sealed.
    """
    cells: dict[str, str] = {}
    names: dict[str, Any] = {"sort_key": sort_key, "locale": locale, "id_bytes": id_bytes}
    lines: list[str] = []
    for number, stored in enumerate(members):
        cells |= {column: f"c{number}_{part}" for part, column in enumerate(stored.columns)}
        if stored.is_sealed:
            cells[stored.index_column] = f"x{number}"
            lines += _sealed(number, stored, names, sealing, id)
            continue
        lines += _member(number, stored, names)
        if stored.has_sort_key:
            cells[stored.sort_column] = f"s{number}"
            lines.append(f"s{number} = None if c{number}_0 is None else sort_key(values[{stored.name!r}], locale)")
    return cells, names, lines


def _sealed(number: int, stored: Stored, names: dict[str, Any], sealing: Sealing, id: str) -> Iterable[str]:
    names[f"seal_{number}"] = sealing.sealer(stored.name)
    yield f"c{number}_0 = None if (v := values[{stored.name!r}]) is None else seal_{number}(v, {id})"
    if stored.has_index:
        names[f"index_{number}"] = sealing.indexer(stored.name)
        yield f"x{number} = None if v is None else index_{number}(v)"


def _member(number: int, stored: Stored, names: dict[str, Any]) -> Iterable[str]:
    if stored.relation is not None:
        reference, *kind = stored.columns
        names[f"encode_{number}"] = stored.codec.encode
        yield f"c{number}_0 = None if (v := values[{reference!r}]) is None else encode_{number}(v)[0]"
        yield from (f"c{number}_1 = values[{name!r}]" for name in kind)
        return
    value = f"values[{stored.name!r}]"
    if stored.codec.is_plain:
        yield f"c{number}_0 = {value}"
        return
    names[f"encode_{number}"] = stored.codec.encode
    if len(stored.columns) == 1:
        yield f"c{number}_0 = None if (v := {value}) is None else encode_{number}(v)[0]"
        return
    places = [f"c{number}_{part}" for part in range(len(stored.columns))]
    absent = _tuple(["None"] * len(places))
    yield f"{', '.join(places)} = {absent} if (v := {value}) is None else encode_{number}(v)"


def _tuple(entries: Iterable[str]) -> str:
    return f"({', '.join(entries)},)"
