"""What answers become in an overlay: each function returns how one sort of answer is put into it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import pairwise

from sidra.onboarding.overlay import Overlay, lifted, made
from sidra.onboarding.questions import Write
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node


def says(key: Key, *path: str) -> Write:
    """The answer is the value at a path."""
    return lambda overlay, answer: overlay.set(key, path, answer)


def means(key: Key, *path: str) -> Write:
    """The answer is the whole set at a path, which the layers below must allow."""
    return lambda overlay, answer: overlay.direct(key, path, "set", answer)


def instructs(key: Key, directive: str, *path: str) -> Write:
    """The answer is an instruction at a path, such as its reason."""
    return lambda overlay, answer: overlay.direct(key, path, directive, answer)


def hides(places: Iterable[tuple[Key, tuple[str, ...]]]) -> Write:
    """Where the answer is `false`, what stands at some paths is hidden."""

    def write(overlay: Overlay, answer: Node) -> None:
        for key, path in places if answer.scalar is False else ():
            overlay.set(key, (*path, "hidden"), made(True, answer))

    return write


def removes(key: Key, *path: str) -> Write:
    """Where the answer is `false`, the element at a path is removed."""

    def write(overlay: Overlay, answer: Node) -> None:
        if answer.scalar is False:
            overlay.direct(key, path, "remove", made(True, answer))

    return write


def hides_each(key: Key, *path: str) -> Write:
    """The elements that the answer names are hidden."""

    def write(overlay: Overlay, answer: Node) -> None:
        for name in answer.entries:
            overlay.set(key, (*path, str(name.value), "hidden"), made(True, name))

    return write


def brings(key_of: Callable[[Overlay], Key], *path: str, name: str) -> Write:
    """The answer is a new element of a name below a path; the layer's prefix is put before it."""
    return lambda overlay, answer: overlay.set(key_of(overlay), (*path, overlay.local(name)), lifted(answer))


def brings_document(kind: str, name: str, /, **fixed: str) -> Write:
    """The answer is a new document; `fixed` keywords stand first."""

    def write(overlay: Overlay, answer: Node) -> None:
        key = (kind, overlay.local(name))
        for keyword, value in fixed.items():
            overlay.set(key, (keyword,), made(value, answer))
        for keyword, node in lifted(answer).items.items():
            overlay.set(key, (keyword,), node)
        for directive, node in (lifted(answer).directives or {}).items():
            overlay.direct(key, (), directive, node)

    return write


def replaces(key: Key, *path: str) -> Write:
    """The answer takes the place of the whole element at a path."""

    def write(overlay: Overlay, answer: Node) -> None:
        overlay.set(key, path, lifted(answer))
        overlay.direct(key, path, "replace", made(True, answer))

    return write


def adds_to(key: Key, known: Collection[str], *path: str) -> Write:
    """Members of the answer that the set at a path lacks are added; names of the country's own get its prefix."""

    def write(overlay: Overlay, answer: Node) -> None:
        added = [entry for entry in answer.entries if entry.value not in known]
        if added:
            overlay.direct(key, path, "add", made(tuple(added), answer))

    return write


def orders_name(key: Key, title: str, known: Collection[str]) -> Write:
    """The answer lists the parts of a name: the title is computed of them, and forms ask for them in this order."""

    def write(overlay: Overlay, answer: Node) -> None:
        parts = [str(entry.value) for entry in answer.entries]
        names = [part if part in known else overlay.local(part) for part in parts]
        inner = [f"coalesce(concat({name}, ' '), '')" for name in names]
        by = made(f"trim(concat({', '.join(inner)}))", answer)
        overlay.set(key, ("attributes", title, "compute", "by"), by)
        for before, name in pairwise(names):
            overlay.direct(key, ("attributes", name), "after", made(before, answer))

    return write


def node_of(plain: object, at: Node) -> Node:
    """Return plain data as nodes at the place of an answer."""
    match plain:
        case dict():
            return made({str(name): node_of(value, at) for name, value in plain.items()}, at)
        case list() | tuple():
            return made(tuple(node_of(value, at) for value in plain), at)
        case str() | int() | float() | bool() | None:
            return made(plain, at)
        case _:
            raise TypeError(f"no node for {plain!r}")


def week(calendar: str, holidays: object) -> Write:
    """The answer gives the hours of each working day: a calendar of the country's own, with the group's holidays."""

    def write(overlay: Overlay, answer: Node) -> None:
        key = ("calendar", overlay.local(calendar))
        for day, hours in answer.items.items():
            begins, _, ends = str(hours.value).partition("-")
            overlay.set(key, ("week", day, "from"), made(begins.strip(), hours))
            overlay.set(key, ("week", day, "to"), made(ends.strip(), hours))
        if holidays:
            overlay.set(key, ("holidays",), node_of(holidays, answer))
        overlay.set(("layer", overlay.prefix), ("calendar",), made(key[1], answer))

    return write
