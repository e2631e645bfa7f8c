"""What names alone do not tell: tests that ask for what is gone, and texts that may be values with other names now."""

from __future__ import annotations

from collections.abc import Iterator

from sidra_metamodel.checking.test_claims import claims_something
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.governing.levels import LIMITS, TEXTS
from sidra_metamodel.governing.tombstones import tombstone
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.layering.effective import Effective
from sidra_metamodel.upgrading.findings import Class, Finding
from sidra_metamodel.upgrading.names import Doubt, Lost, Uses
from sidra_metamodel.upgrading.overrides import Form, Override, Path
from sidra_metamodel.upgrading.seen import NOTHING


def asked_by_hand(uses: Uses, new: Effective) -> Iterator[Finding]:
    """Yield what somebody has to look at; new: the documents of the version, which say what became of what is gone."""
    yield from (_lost(one, new) for one in uses.lost)
    yield from (_doubtful(one) for one in uses.doubtful)


def _lost(lost: Lost, new: Effective) -> Finding:
    path, gone = ".".join((Test.kind, lost.test, *lost.path)), ".".join(lost.gone)
    elsewhere = " and ".join(f"`{'.'.join(lead)}`" for lead in lost.leads)
    said = f"`{gone}` stands in {elsewhere} now. " if elsewhere else f"`{gone}` is gone. "
    said += tombstone(new, lost.key, lost.gone[2:])
    what = "takes away what it says of it" if lost.path else "takes the whole test away"
    advice = f"{said}Mend the test by hand; or `--adopt` {what}"
    override = Override(Test.kind, lost.test, lost.path, Form.LISTED, lost.node, lost.written)
    text = lost.path[-1] if lost.path else lost.gone[-1]
    return Finding(
        Class.ORPHAN, path, LIMITS, text, NOTHING.shown, text, blocks=True, advice=advice, at=lost.node.key_place,
        override=override,
    )  # fmt: skip


def _doubtful(doubt: Doubt) -> Finding:
    kind, document, *path = doubt.address.split(".")
    advice = f"if `{doubt.former}` means a value of a code list here, write `{doubt.now}` by hand"
    override = Override(kind, document, tuple(path), Form.LISTED, doubt.node, tuple(path))
    former, now = f"'{doubt.former}'", f"'{doubt.now}'"
    return Finding(
        Class.RENAMED, doubt.address, TEXTS, former, now, former, blocks=False, advice=advice, at=doubt.at,
        override=override,
    )  # fmt: skip


def take_from_test(edits: Edits, path: Path) -> None:
    """Take away what a test says at a path, and what says nothing without it; raises Uneditable.

    An empty path is the whole test; what is not there any more went with something else.
    """
    if not path:
        _take_all(edits)
    elif edits.has(path):
        part, name, *below = path
        around = edits.get(path[:-1])
        if below[:1] == ["transition"]:
            edits.remove((part, name))
        elif part != "then" and isinstance(around, dict) and len(around) == 1:
            # The record is still made, or changed, as others speak of it.
            edits.set(path[:-1], {})
        else:
            edits.remove(path)
        if part == "then":
            _tidy(edits, name)


def _tidy(edits: Edits, claim: str) -> None:
    """Take a claim away that claims nothing any more, and a whole test without claims."""
    said = edits.get(("then", claim))
    if isinstance(said, dict) and not claims_something(said):
        edits.remove(("then", claim))
    # What has no title is an overlay of a test below.
    if not edits.has(("then",)) and edits.has(("title",)):
        _take_all(edits)


def _take_all(edits: Edits) -> None:
    data: Data = edits.data
    for word in list(data)[1:] if isinstance(data, dict) else ():
        edits.remove((word,))
