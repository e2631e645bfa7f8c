"""Edits of one YAML file: what is not edited stays as it was written, byte for byte.

The text is cut and filled at the positions of its keys and values; nothing is written out anew, so that there is
nothing to be lost. Each edit is compared with the same edit of the plain data before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.directives import REASONS
from sidra_metamodel.editing import cutting, filling, plainly
from sidra_metamodel.editing.pieces import Data, Document, Piece, Uneditable, document
from sidra_metamodel.editing.splices import Splice, spliced

Path = Sequence[str]
"""Names from the root of a document; members of a list of names, and instructions (`$why`), count as names."""

_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that was taken out of a text."""

    value: Data
    cut: cutting.Cut | None
    """Its lines; None for one in brackets."""
    comments: tuple[str, ...]
    """What was written in the lines that went with it: its own, and those of maps that nothing else was in."""


class Edits:
    """The text of one file while it is edited. Each edit that cannot be made raises Uneditable and changes nothing."""

    def __init__(self, text: str) -> None:
        """Take the text of a file; raises Uneditable where it is no YAML that Sidra reads."""
        self._mark = _MARK if text.startswith(_MARK) else ""
        self._document = document(text[len(self._mark) :])

    @property
    def text(self) -> str:
        """The text with all edits made."""
        return self._mark + self._document.text

    @property
    def data(self) -> Data:
        """What the text says, as plain data; None for an empty one."""
        return self._document.root.data if self._document.root is not None else None

    def get(self, path: Path) -> Data:
        """Return what is written at a path, as plain data; None where nothing is."""
        piece = self._find(path)
        return piece.data if piece is not None else None

    def has(self, path: Path) -> bool:
        """Tell whether a path is written."""
        return self._find(path) is not None

    def set(self, path: Path, value: Data, *, reasons: Mapping[str, str] | None = None) -> None:
        """Write a value at a path; maps on the way that are not there are made.

        A map takes the place of another key by key, so that comments in it stay. Reasons (`why`, `ticket`, `until`,
        `category`) are written with the value, or beside what is in it.
        """
        written = plainly.reasoned(value, self.get(path), reasons or {})
        if isinstance(written, Mapping) and written and isinstance(self.get(path), Mapping):
            self._update(tuple(path), written)
        elif not plainly.same(self.get(path), written) or not self.has(path):
            self._apply(
                lambda found: filling.setting(found, tuple(path), written), plainly.with_set(self.data, path, written)
            )

    def rename(self, path: Path, name: str) -> None:
        """Give a key, or a member of a list of names, another name; it keeps its place."""
        self._demand(path)
        after = plainly.with_renamed(self.data, path, name)
        self._apply(lambda found: filling.renaming(found, tuple(path), name), after)

    def remove(self, path: Path) -> None:
        """Take an entry away with the comments directly above it; maps that are then empty, or only say why, go too."""
        self._demand(path)
        gone = self._emptied(tuple(path))
        self._apply(lambda found: cutting.removing(found, gone), plainly.without(self.data, gone))

    def move(self, path: Path, to: Path) -> None:
        """Put an entry at another path, with its text and its comments where both stand in lines of their own."""
        self._demand(path)
        if self.has(to):
            raise Uneditable(f"`{'.'.join(to)}` is there already", hint="remove one of the two first")
        if tuple(path[:-1]) == tuple(to[:-1]):
            self.rename(path, to[-1])
            return
        before = self._document
        try:
            self.put(to, self.take(path))
        except Uneditable:
            self._document = before
            raise

    def take(self, path: Path) -> Taken:
        """Take an entry away as `remove` does, and return it with its text and its comments."""
        self._demand(path)
        gone = cutting.lines_of(self._document, self._emptied(tuple(path)))
        comments = gone.comments if gone is not None else ()
        taken = Taken(self.get(path), cutting.lines_of(self._document, tuple(path)), comments)
        self.remove(path)
        return taken

    def put(self, path: Path, taken: Taken) -> None:
        """Write what was taken elsewhere, in another file too, by its lines where they can stand.

        Where they cannot, in brackets or over what is there, its value is written, with its comments above.
        """
        before, comments = self._document, taken.comments
        if self.has(path):
            self.set(path, taken.value)
        else:
            if taken.cut is not None and filling.stands_in_lines(before, tuple(path)):
                comments = tuple(one for one in comments if one not in taken.cut.comments)
            after = plainly.with_set(self.data, path, taken.value)
            self._apply(lambda found: filling.placing(found, tuple(path), taken.cut, taken.value), after)
        try:
            self._apply(lambda found: filling.commenting(found, tuple(path), comments), self.data)
        except Uneditable:
            self._document = before
            raise

    def _update(self, path: tuple[str, ...], value: Mapping[str, Data]) -> None:
        before = self._document
        old = self.get(path)
        try:
            for name, inner in value.items():
                self.set((*path, name), inner)
            for name in [name for name in (old if isinstance(old, Mapping) else ()) if name not in value]:
                gone = (*path, name)
                self._apply(
                    lambda found, gone=gone: cutting.removing(found, gone),  # type: ignore[misc]  # bound at once
                    plainly.without(self.data, gone),
                )
        except Uneditable:
            self._document = before
            raise

    def _emptied(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return the path of the outermost map that says nothing once a path is gone, or the path itself."""
        while len(path) > 1:
            around = self.get(path[:-1])
            names = list(around) if isinstance(around, Mapping | list) else []
            if {str(name).removeprefix("$") for name in names if str(name) != path[-1]} - set(REASONS):
                break
            path = path[:-1]
        return path

    def _demand(self, path: Path) -> None:
        if not self.has(path):
            raise Uneditable(f"`{'.'.join(path)}` is not written here", hint="look where it is written")

    def _find(self, path: Path) -> Piece | None:
        return cutting.find(self._document.root, path)

    def _apply(self, make: Callable[[Document], list[Splice]], expected: Data) -> None:
        """Make an edit if the text then says what the same edit of the plain data says."""
        found = document(spliced(self._document.text, make(self._document)))
        said = found.root.data if found.root is not None else None
        if not plainly.same(said, expected) and not (said is None and not expected):
            raise Uneditable(
                "this cannot be edited where it stands", hint="write the map around it in lines of its own, then retry"
            )
        self._document = found
