"""The form of a record that somebody else changed meanwhile: what became of each value, and what is left to choose."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import orjson

from sidra.errors import Conflict
from sidra.privacy.keys import KeyMissing
from sidra.records.record import Change, Draft, Record
from sidra_metamodel.kinds.entity import Attribute
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.forms.controls import element_id
from sidra_ui.presenting.forms.drafts import DraftRecord
from sidra_ui.presenting.forms.meeting import Meeting, RowNote, Spot, as_read, spot_of
from sidra_ui.presenting.forms.opened import Texts, digest, held, parts, posted_texts, seal, unseal
from sidra_ui.presenting.forms.posting import Posted
from sidra_ui.presenting.values import name_of, show, who
from sidra_ui.viewmodels.records import Ask, Note, Overtaken

OPENED, NOTES = "opened", "meanwhile"
ASKED, CHOSEN = "asked.", "choose."
THEIRS, MINE, TYPED = "theirs", "mine", "typed"
CHANGES = 50


@dataclass(frozen=True, slots=True)
class Question:
    """A value that both changed, and what was chosen; empty as long as nothing is."""

    spot: Spot
    mine: Texts
    theirs: Texts
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a form says of a record that it was overtaken in."""

    posted: Posted
    """With what was chosen in the place of what was entered."""
    questions: tuple[Question, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something is still to be chosen."""
        return any(not each.choice for each in self.questions)


def decided(desk: Desk, record: Record, posted: Posted) -> Decision:
    """What was chosen of what both changed; of a form that was not overtaken, what it posted."""
    texts, found = dict(posted.texts), []
    for name in [name for name in texts if name.startswith(ASKED)]:
        path = name.removeprefix(ASKED)
        spot, known = spot_of(desk, record, posted, path), _unpacked(texts.pop(name))
        names = parts(desk, spot.member) if spot is not None else ()
        match known:
            case [list(mine), list(theirs), str(shown)] if spot is not None and _fit(mine, theirs, names):
                question = Question(spot, tuple(mine), tuple(theirs))
                found.append(_chosen(question, texts, names, shown))
    notes = tuple(Note(*each) for each in _unpacked(texts.pop(NOTES, "")) if _is_note(each))
    kept = {name: text for name, text in texts.items() if not name.startswith(CHOSEN)}
    return Decision(replace(posted, texts=kept), tuple(found), notes)


def _chosen(question: Question, texts: dict[str, str], names: tuple[str, ...], shown: str) -> Question:
    """The question with its answer, which takes its place in the form; a value entered since then is an answer too."""
    key, choice = question.spot.key, texts.get(CHOSEN + question.spot.path, "")
    if digest(posted_texts(names, texts, key)) != shown:
        return replace(question, choice=TYPED)
    if choice in {THEIRS, MINE}:
        value = question.theirs if choice == THEIRS else question.mine
        texts.update(zip((key + part for part in names), value, strict=True))
    return replace(question, choice=choice if choice in {THEIRS, MINE, TYPED} else "")


def _fit(mine: list[object], theirs: list[object], names: tuple[str, ...]) -> bool:
    return len(mine) == len(theirs) == len(names) and all(isinstance(each, str) for each in (*mine, *theirs))


def _is_note(given: object) -> bool:
    return isinstance(given, list) and [type(each) for each in given] == [str] * len(fields(Note))


def _packed(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


def _unpacked(text: str) -> list[Any]:
    """What `_packed` was given; an empty list for what it never made."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def overtaken(desk: Desk, record: Record, posted: Posted) -> Decision:
    """What becomes of a form whose record somebody else changed meanwhile; `record` is as it is now."""
    meeting = Meeting(desk, record, posted, unseal(posted.texts.get(OPENED, "")))
    texts = {**meeting.texts, "version": str(record.version), OPENED: seal(desk, record)}
    doers = Doers(desk, record)
    notes = (
        *(_taken(desk, spot, doers) for spot in meeting.taken if not spot.member.hidden),
        *(_row_note(desk, each, doers) for each in meeting.rows),
    )
    asked = tuple(Question(*each) for each in meeting.asked)
    return Decision(replace(posted, texts=texts), asked, notes)


class Doers:
    """Who changed what of a record last, and when, as far as the reader may see it."""

    def __init__(self, desk: Desk, record: Record) -> None:
        self.desk = desk
        self.record = record

    @cached_property
    def _changes(self) -> Mapping[tuple[str, str], Change]:
        found: dict[tuple[str, str], Change] = {}
        try:
            changes = self.desk.records.history(self.record.entity, self.record.id, limit=CHANGES).changes
        except KeyMissing:
            return found
        for change in changes:
            name = change.attribute.removesuffix("_id")
            found.setdefault((change.entity, name), change)
            found.setdefault((change.entity, change.action), change)
        return found

    def of(self, entity: str, name: str) -> str:
        """Who changed a member, or did something with owned records, and when; else who changed the record."""
        change, desk = self._changes.get((entity, name)), self.desk
        if change is not None:
            return desk.messages.listed((who(desk, change.by), desk.formats.moment(change.at)))
        by = show(desk, None, self.record.get("updated_by"), "updated_by").text
        return desk.messages.listed((by, desk.formats.moment(self.record.updated_at)))


def _taken(desk: Desk, spot: Spot, doers: Doers) -> Note:
    text = _text(desk, spot, spot.record) or desk.messages.text("no_value")
    told = desk.messages.text("problem_of", name=_label(desk, spot, doers.record), problem=text)
    return Note(told, doers.of(spot.record.entity, spot.path.rpartition("/")[2]), element_id(spot.key))


def _row_note(desk: Desk, note: RowNote, doers: Doers) -> Note:
    target = note.relation.to[0]
    name = name_of(desk, note.record) if note.record is not None else desk.label(desk.model.entity(target))
    told = desk.messages.text(f"row_{note.change}", name=name)
    done = {"added": "create", "gone": "delete", "kept": "delete", "back": "update"}[note.change]
    return Note(told, doers.of(target, done), element_id(note.relation.name))


def _label(desk: Desk, spot: Spot, record: Record) -> str:
    label = desk.label(spot.member)
    return label if spot.record is record else f"{name_of(desk, spot.record)}, {label}"


def _text(desk: Desk, spot: Spot, values: Mapping[str, Any]) -> str:
    """A value as it is read."""
    shown = show(desk, spot.member, values.get(spot.path.rpartition("/")[2]))
    return isolated(shown.text) if shown.text and (shown.is_phone or shown.is_code) else shown.text


def overtaken_view(desk: Desk, record: Record, decision: Decision, *, is_fresh: bool = False) -> Overtaken | None:
    """What a form says of it; None where there is nothing to say."""
    if not decision.questions and not decision.notes:
        return None
    posted, doers = decision.posted, Doers(desk, record)
    read = as_read(desk, record, _as_mine(desk, decision))
    asks = tuple(_ask(desk, each, posted, read, doers) for each in decision.questions)
    text = desk.messages.text("conflict_choose" if asks else "conflict_taken")
    notes = _packed([[each.text, each.who, each.field_id] for each in decision.notes]) if decision.notes else ""
    title = desk.messages.text("conflict_title")
    return Overtaken(title, text, decision.notes, asks, Conflict.code, NOTES, notes, is_fresh=is_fresh)


def _as_mine(desk: Desk, decision: Decision) -> Posted:
    texts = dict(decision.posted.texts)
    for each in decision.questions:
        texts.update(zip((each.spot.key + part for part in parts(desk, each.spot.member)), each.mine, strict=True))
    return replace(decision.posted, texts=texts)


def _ask(desk: Desk, question: Question, posted: Posted, read: Mapping[str, Mapping[str, Any]], doers: Doers) -> Ask:
    spot, empty = question.spot, desk.messages.text("no_value")
    prefix, _, name = spot.key.rpartition(".")
    now = dict(held(desk, desk.model.entity(spot.record.entity), spot.record)).get(name)
    theirs = _text(desk, spot, spot.record) if now == question.theirs else " ".join(question.theirs).strip()
    shown = digest(posted_texts(parts(desk, spot.member), posted.texts, spot.key))
    return Ask(
        spot.path,
        _label(desk, spot, doers.record),
        doers.of(spot.record.entity, name),
        theirs or empty,
        _mine(desk, spot, question.mine, read.get(prefix, {})) or empty,
        question.choice,
        element_id(spot.key),
        _packed([question.mine, question.theirs, shown]),
    )


def _mine(desk: Desk, spot: Spot, mine: Texts, read: Mapping[str, Any]) -> str:
    if isinstance(spot.member, Attribute):
        name = spot.path.rpartition("/")[2]
        return _text(desk, spot, read) if read.get(name) is not None else " ".join(mine).strip()
    found = DraftRecord(desk, spot.record.entity, Draft({f"{spot.member.name}_id": mine[0] or None}), None)
    return _text(desk, spot, found)
