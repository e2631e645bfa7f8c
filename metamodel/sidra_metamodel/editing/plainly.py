"""Edits of plain data: what a text must say after the same edit of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sidra_metamodel.editing.pieces import Data, Uneditable


def same(one: Data, other: Data) -> bool:
    """Tell whether two values say the same, in the same order; `1`, `1.0` and `true` differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(same(value, other[name]) for name, value in one.items())
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(map(same, one, other))  # type: ignore[arg-type]  # both are lists
    return type(one) is type(other) and one == other


def with_set(data: Data, path: Sequence[str], value: Data) -> Data:
    """Return data with a value at a path; maps on the way are made, a list of names becomes a map of them."""
    if not path:
        return value
    name, *rest = path
    if data is None:
        return {name: with_set(None, rest, value)}
    if _is_list(data):
        data = {str(member): {} for member in data}  # type: ignore[union-attr]  # a list
    if not isinstance(data, Mapping):
        raise Uneditable(f"`{name}` cannot stand in the value `{data}`", hint="take the value away first")
    return {**data, name: with_set(data.get(name), rest, value)}


def without(data: Data, path: Sequence[str]) -> Data:
    """Return data without what stands at a path."""
    return _changed(data, path, None)


def with_renamed(data: Data, path: Sequence[str], new: str) -> Data:
    """Return data with another name for what stands at a path."""
    return _changed(data, path, new)


def _changed(data: Data, path: Sequence[str], new: str | None) -> Data:
    """Return data whose last name on a path is given anew, or taken away."""
    name, *rest = path
    if isinstance(data, Mapping):
        if rest:
            return {**data, name: _changed(data[name], rest, new)}
        if new is not None and new != name and new in data:
            raise Uneditable(f"`{new}` is there already", hint="remove one of the two first")
        return {(new or name) if key == name else key: value for key, value in data.items() if new or key != name}
    members = [new if str(member) == name else member for member in data]  # type: ignore[union-attr]  # found
    return [member for member in members if member is not None]


def reasoned(value: Data, written: Data, reasons: Mapping[str, str]) -> Data:
    """Return a value with its reasons: beside what is in a map, else with the value as `$set`.

    A value that is written with `$set` stays so, with what is said beside it.
    """
    said: dict[str, Data] = {f"${name}": text for name, text in reasons.items()}
    if isinstance(value, Mapping):
        return {**said, **value}
    if isinstance(written, Mapping) and "$set" in written:
        return {**written, "$set": value, **said}
    return {"$set": value, **said} if said else value


def _is_list(data: Data) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str)
