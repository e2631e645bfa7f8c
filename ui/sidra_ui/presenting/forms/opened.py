"""What the controls of a form held when it was opened, in few signs: compared later, never taken for a value."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import orjson

from sidra.records.record import Masked, Record
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.values import Money
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.controls import END, START, raw

CURRENCY = "_currency"
AMOUNT = ("", CURRENCY)
DIGEST_BYTES = 6
MAX_SIGNS = 60_000
"""Of what a form brings back; a longer one is nothing that a page of ours holds."""

Texts: TypeAlias = tuple[str, ...]
"""What a member's controls hold, one text for each of `parts`."""
Held: TypeAlias = Mapping[str, Texts]


@dataclass(frozen=True)
class Opened:
    """Digests of what the controls held, by member; those of owned records by relation and id.

    An empty control has none. `is_known` is False of a form that does not tell: then nothing is known to be untouched.
    """

    members: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    is_known: bool = True

    def row(self, relation: str, id: str) -> Opened:
        """The same of one owned record; unknown where there was none."""
        found = self.rows.get(relation, {}).get(id)
        return Opened(found) if found is not None else UNKNOWN

    def differs(self, name: str, texts: Texts) -> bool:
        """Whether a member holds something else than it did; of an unknown one that is taken for granted."""
        return not self.is_known or self.members.get(name, "") != digest(texts)


UNKNOWN = Opened(is_known=False)


def parts(desk: Desk, member: object) -> tuple[str, ...]:
    """What the names of a member's controls end in."""
    base = desk.model.base_type(member) if isinstance(member, Attribute) else ""
    return {"period": (START, END), "money": AMOUNT}.get(base, ("",))


def held(desk: Desk, entity: Entity, record: Record) -> Held:
    """What the controls of a record hold, of each member that its reader sees whole and that is not computed."""
    found: dict[str, Texts] = {}
    for name, attribute in entity.attributes.items():
        value = record.get(name)
        if attribute.compute is None and not isinstance(value, Masked):
            found[name] = texts_of(desk, attribute, value)
    for name, relation in entity.relations.items():
        if not relation.many:
            found[name] = (str(record.get(f"{name}_id") or ""),)
    return found


def texts_of(desk: Desk, attribute: Attribute, value: object) -> Texts:
    """What the controls of an attribute hold."""
    match parts(desk, attribute):
        case (_, end) if end == END:
            ends = (getattr(value, name, None) for name in ("start", "end"))
            return tuple(raw(desk, attribute, each) for each in ends)
        case (_, _):
            return (raw(desk, attribute, value), value.currency if isinstance(value, Money) else "")
    return (raw(desk, attribute, value),)


def posted_texts(names: tuple[str, ...], texts: Mapping[str, str], key: str) -> Texts:
    """What the controls of a member were posted with; no amount has no currency."""
    found = tuple(texts.get(key + part, "").strip().replace("\r\n", "\n") for part in names)
    return ("", "") if names == AMOUNT and not found[0] else found


def digest(texts: Texts) -> str:
    """A few signs that differ where the texts do; none where all is empty."""
    plain = [text.strip().replace("\r\n", "\n") for text in texts]
    if not any(plain):
        return ""
    known = hashlib.sha256("\0".join(plain).encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES]
    return base64.urlsafe_b64encode(known).decode()


def seal(desk: Desk, record: Record) -> str:
    """What a form carries of what its controls hold now, itself and in the records that it owns."""
    entity = desk.model.entity(record.entity)
    rows = {
        name: {each.id: _digests(held(desk, desk.model.entity(each.entity), each)) for each in record.get(name) or ()}
        for name, relation in entity.relations.items()
        if relation.owned
    }
    told = orjson.dumps([_digests(held(desk, entity, record)), rows])
    return base64.urlsafe_b64encode(told).decode()


def _digests(found: Held) -> dict[str, str]:
    return {name: signs for name, texts in found.items() if (signs := digest(texts))}


def unseal(text: str) -> Opened:
    """What a form brings back; unknown where it is nothing that `seal` makes."""
    if len(text) > MAX_SIGNS:
        return UNKNOWN
    try:
        match orjson.loads(base64.urlsafe_b64decode(text.encode("ascii"))):
            case [dict(members), dict(rows)] if all(isinstance(each, dict) for each in rows.values()):
                kept = {name: {id: row for id, row in by.items() if isinstance(row, dict)} for name, by in rows.items()}
                return Opened(members, kept)
    except (ValueError, binascii.Error):
        pass
    return UNKNOWN
