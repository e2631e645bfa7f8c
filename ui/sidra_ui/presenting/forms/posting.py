"""What a form posted, as values for the record service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sidra.records.record import Masked, Record
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.values import Money
from sidra_ui.presenting.desk import Desk, targets
from sidra_ui.presenting.forms.controls import END, START, raw
from sidra_ui.presenting.forms.parts import folded, pairs

ADD, REMOVE = "add", "remove"
NOT_SAME = "not_same"
DEFAULT = ".default"
"""Behind a field's name: the value that its control had by default."""
MAX_ROWS = 200
MAX_DIGITS = 15
NO_VERSION = 0

Values = dict[str, Any]


@dataclass(frozen=True)
class Posted:
    """The fields of a form. `texts` has the last value under each name: a checkbox posts "" and then "true"."""

    texts: Mapping[str, str]
    adds: str = ""
    """The repeater that shall have another row."""
    removes: str = ""
    """The row that shall go."""

    def __post_init__(self) -> None:
        """Make one text of each value that several controls post."""
        object.__setattr__(self, "texts", folded(self.texts))

    @classmethod
    def of(cls, given: Sequence[tuple[str, str]]) -> Posted:
        """What a form posted, in its order."""
        texts = dict(given)
        return cls(texts, texts.pop(ADD, ""), texts.pop(REMOVE, ""))

    @property
    def apart(self) -> frozenset[str]:
        """The ids of records that the writer has said are others than this one."""
        before = (name.removeprefix(NOT_SAME + ".") for name in self.texts if name.startswith(NOT_SAME + "."))
        return frozenset((*before, *(() if not self.texts.get(NOT_SAME) else (self.texts[NOT_SAME],))))

    @property
    def version(self) -> int | None:
        """The version that the form was made for."""
        return version_in(self.texts.get("version", ""))

    def typed(self, name: str) -> str | None:
        """What a person entered in a control of a new record; None where it has its default."""
        text, default = self.texts.get(name, ""), self.texts.get(name + DEFAULT, "")
        return None if same_text(text, default) else text

    def rows(self, name: str) -> list[str]:
        """The names of a repeater's rows that shall stay, in order."""
        numbers = {
            part
            for key in self.texts
            if key.startswith(f"{name}.") and is_number(part := key[len(name) + 1 :].partition(".")[0])
        }
        found = [f"{name}.{number}" for number in sorted(numbers, key=int)[:MAX_ROWS]]
        return [row for row in found if row != self.removes and not self._is_gone(row)]

    def gone(self, name: str) -> list[str]:
        """The ids of a repeater's records that saving removes, in order."""
        ids = (self.texts.get(f"{name}.{number}.id", "") for number in range(MAX_ROWS))
        return [id for number, id in enumerate(ids) if id and self._is_gone(f"{name}.{number}")]

    def _is_gone(self, row: str) -> bool:
        return self.texts.get(f"{row}.gone") == "true"


def is_number(text: str) -> bool:
    """Whether a text is a whole number of a size that forms have."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS


def version_in(text: str) -> int | None:
    """The version that a form names; None where it names none, and one that no record has for what is no number."""
    if not text:
        return None
    return int(text) if is_number(text) else NO_VERSION


def values_of(desk: Desk, entity: str, posted: Posted, stored: Record | None, prefix: str = "") -> Values:
    """The values of an entity's members that were posted; what stands as it was is left out."""
    declared = desk.model.entity(entity)
    found: Values = {}
    for name, attribute in declared.attributes.items():
        key = prefix + name
        if (key in posted.texts or key + START in posted.texts) and not _is_same(desk, attribute, key, posted, stored):
            found[name] = value_of(desk, attribute, key, posted, stored)
    for name, relation in declared.relations.items():
        key = prefix + name
        if key in posted.texts and relation.owned:
            found[name] = owned_values(desk, relation, key, posted, stored)
        elif key in posted.texts and not relation.many and not _leads_alike(name, posted.texts[key], stored):
            found[name] = reference(desk, relation, posted.texts[key])
    return found


def _is_same(desk: Desk, attribute: Attribute, key: str, posted: Posted, stored: Record | None) -> bool:
    """Whether a control holds what it was given: it says nothing then, so that nothing is rounded by being shown.

    What stays empty in a new record says nothing either, so that it gets its default.
    """
    if stored is None:
        said = posted.typed(key) or posted.texts.get(key + START) or posted.texts.get(key + END)
        return not said and desk.model.base_type(attribute) != "boolean"
    if key not in posted.texts:
        return False
    now = stored.get(attribute.name)
    if isinstance(now, Masked):
        return True
    currency = posted.texts.get(f"{key}_currency")
    is_other = isinstance(now, Money) and currency not in {None, now.currency}
    return same_text(posted.texts[key], raw(desk, attribute, now)) and not is_other


def same_text(posted: str, shown: str) -> bool:
    """Whether a control holds what was shown in it; browsers write the ends of lines their own way."""
    return posted.strip().replace("\r\n", "\n") == shown.replace("\r\n", "\n")


def _leads_alike(name: str, posted: str, stored: Record | None) -> bool:
    return posted == ((stored.get(f"{name}_id") or "") if stored is not None else "")


def value_of(desk: Desk, attribute: Attribute, key: str, posted: Posted, stored: Record | None) -> Any:  # noqa: ANN401
    """What was posted for an attribute, as its reader takes it."""
    texts = posted.texts
    base = desk.model.base_type(attribute)
    text = texts.get(key, "")
    if base == "period":
        return {"start": texts.get(key + START) or None, "end": texts.get(key + END) or None}
    if base == "boolean":
        return text == "true"
    if base == "money":
        return {"amount": text, "currency": texts.get(f"{key}_currency") or desk.model.currency} if text else None
    if base == "characteristics":
        return characteristics(text)
    if attribute.localised:
        known = stored.get(attribute.name) if stored is not None else None
        return {**(known if isinstance(known, Mapping) else {}), desk.locale: text}
    return text


def characteristics(text: str) -> dict[str, str]:
    """Values by name from lines such as "colour: black"."""
    return {name: value for name, value in pairs(text) if name}


def reference(desk: Desk, relation: Relation, target: str) -> Any:  # noqa: ANN401 - an id, a map with its entity, or None
    """The record that a lookup chose."""
    if not target:
        return None
    names = list(targets(desk.model, relation))
    if len(names) == 1 and names[0] in relation.to:
        return target
    record = next((found for name in names if (found := desk.records.find(name, target))), None)
    return {"id": target, "kind": record.entity} if record is not None else target


def owned_values(desk: Desk, relation: Relation, key: str, posted: Posted, stored: Record | None) -> list[Values]:
    """The records that belong to the edited one, as its form has them now."""
    known = {each.id: each for each in (stored.get(relation.name) or [] if stored is not None else [])}
    rows: list[Values] = []
    for row in posted.rows(key):
        record_id = posted.texts.get(f"{row}.id", "")
        values = values_of(desk, relation.to[0], posted, known.get(record_id), f"{row}.")
        rows.append({"id": record_id, **values} if record_id else values)
    if posted.adds == key:
        rows.append({})
    return rows
