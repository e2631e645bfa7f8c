"""Conditions as people read and choose them: which there are, what they are called, the controls of values."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sidra.errors import BadQuery, NotFound
from sidra.records.selecting import MADE_AT, OPERATORS, Place, Selecting
from sidra.records.selections import EMPTY_SELECTION, Rule, Selection
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_ui.presenting.desk import Desk, targets
from sidra_ui.presenting.values import name_of, show
from sidra_ui.viewmodels.building import Withheld
from sidra_ui.viewmodels.fields import FieldView, LookupView, Option

STEP = " › "
MOST_TOLD = 3
"""Values that are all named."""
DAYS = frozenset({"date", "moment"})


@dataclass(frozen=True, slots=True)
class Offered:
    """An attribute that can be chosen: where it is, what it is called there, and the relation that leads to it."""

    place: Place
    title: str
    through: str = ""


class Conditions:
    """The conditions of one entity's lists for one reader."""

    def __init__(self, desk: Desk, entity: str) -> None:
        self.desk = desk
        self.entity: Entity = desk.model.entity(entity)
        self.selecting = Selecting(desk.records.view(entity))

    def place(self, path: str) -> Place | None:
        """Where a path leads, as far as this reader may narrow by it."""
        try:
            return self.selecting.place(path)
        except (BadQuery, NotFound):
            return None

    def kept(self, selection: Selection) -> tuple[Selection, int]:
        """The conditions that mean something to this reader, and how many do not, without a word of what these are."""
        if selection.is_any:
            # Of alternatives none may be left out: what is left would find less than was meant.
            found = selection if all(map(self.is_meant, selection.rules)) else EMPTY_SELECTION
        else:
            found = Selection(tuple(group for group in selection.groups if all(map(self.is_meant, group))))
        return found, len(list(selection.rules)) - len(list(found.rules))

    def is_meant(self, rule: Rule) -> bool:
        """Whether a condition can be asked."""
        try:
            self.selecting.term(rule)
        except (BadQuery, NotFound):
            return False
        return True

    def offered(self) -> Iterator[Offered]:
        """What can be chosen, in the order of the entity, and then what stands in the records that it leads to."""
        yield from self._members(self.entity, "", "")
        for relation in self.entity.relations.values():
            if relation.many or len(relation.to) != 1 or not self.desk.sees(self.entity.name, relation.name):
                continue
            target = self.desk.model.entities.get(relation.to[0])
            if target is not None and not relation.hidden:
                yield from self._members(target, f"{relation.name}.", self.desk.label(relation))

    def _members(self, entity: Entity, prefix: str, through: str) -> Iterator[Offered]:
        declared: list[Attribute | Relation] = [*entity.attributes.values()]
        if not prefix:
            declared += entity.relations.values()
        for member in declared:
            place = None if member.hidden else self.place(prefix + member.name)
            if place is not None:
                yield Offered(place, self.desk.label(member), through)
        made_at = None if prefix else self.place(MADE_AT)
        if made_at is not None:
            yield Offered(made_at, self.named(made_at), through)

    def withheld(self) -> Iterator[Withheld]:
        """The attributes of the entity that the reader sees and lists are not narrowed by, each with the reason."""
        desk, access = self.desk, self.desk.access(self.entity.name)
        for attribute in self.entity.attributes.values():
            level = access.level(attribute.name)
            if attribute.hidden or level == "none" or self.place(attribute.name) is not None:
                continue
            reason = "masked" if level == "mask" else "sealed" if attribute.encrypt else "undeclared"
            yield Withheld(desk.label(attribute), desk.messages.text(f"no_condition_{reason}"))

    def title(self, place: Place) -> str:
        """What a condition is about, for example "Customer › Segment"."""
        titles, here = [], self.entity
        for name in place.path.split(".")[:-1]:
            relation = here.relations[name]
            titles.append(self.desk.label(relation))
            here = self.desk.model.entity(relation.to[0])
        return STEP.join([*titles, self.named(place)])

    def named(self, place: Place) -> str:
        """What the member itself is called."""
        member = place.member
        return self.desk.label(member) if member is not None else self.desk.messages.text(f"member_{MADE_AT}")

    def told(self, rule: Rule) -> str:
        """What a condition says behind its title, for example "is Gold or Silver"."""
        place, text = self.selecting.place(rule.path), self.desk.messages.text
        shown = [self.value(place, value) for value in rule.values]
        if rule.op == "between":
            return text("condition_between", low=shown[0], high=shown[1])
        if rule.op in {"last", "next"}:
            return text(f"condition_{rule.op}", count=int(rule.values[0]))
        name = rule.op if place.kind not in DAYS or rule.op != "is" else "on"
        return text(f"condition_{name}", name=self._either(shown))

    def _either(self, shown: Sequence[str]) -> str:
        if len(shown) > MOST_TOLD:
            return f"{shown[0]} +{len(shown) - 1}"
        return self.desk.messages.text("either").join(shown)

    def value(self, place: Place, value: str) -> str:
        """A value as people read it."""
        desk, member = self.desk, place.member
        if isinstance(member, Relation):
            found = next(
                (record for name in targets(desk.model, member) if (record := desk.records.find(name, value))), None
            )
            return name_of(desk, found) if found is not None else desk.messages.text("nothing_found")
        if place.kind == "yes":
            return desk.messages.text("yes" if value == "true" else "no")
        if place.kind == "text":
            return f"“{value}”"
        if place.kind == "moment":
            return self._day(value)
        coerce = desk.records.runtime.entity(place.entity).coercion(place.name)
        given = f"{value} {desk.model.currency}" if place.kind == "money" else value
        return show(desk, member, coerce(given, None)).text

    def _day(self, value: str) -> str:
        return self.desk.formats.date(datetime.date.fromisoformat(value))

    def operators(self, place: Place, chosen: str) -> tuple[Option, ...]:
        """The words that fit the kind of an attribute's values."""
        return tuple(
            Option(op, self.desk.messages.text(f"operator_{self._word(place, op)}"), op == chosen)
            for op in OPERATORS[place.kind]
        )

    @staticmethod
    def _word(place: Place, op: str) -> str:
        return "on" if op == "is" and place.kind in DAYS else op

    def controls(self, place: Place, op: str, number: str, values: Sequence[str]) -> Iterator[FieldView]:
        """What asks for the values of a condition."""
        name, label = f"v.{number}", self.desk.messages.text("condition_value")
        id_ = f"condition-{number.replace('.', '-')}"
        first = values[0] if values else ""
        if op in {"empty", "filled"}:
            return
        if op in {"last", "next"}:
            yield FieldView(name, self.desk.messages.text("condition_days"), "number", first, id=id_, min="1")
        elif place.kind == "choice" and isinstance(place.member, Attribute):
            yield FieldView(name, label, "multiselect", id=id_, options=tuple(self._choices(place.member, values)))
        elif place.kind == "yes":
            options = tuple(Option(word, self.value(place, word), first == word) for word in ("true", "false"))
            yield FieldView(name, label, "select", first, id=id_, options=options)
        elif isinstance(place.member, Relation):
            yield self._lookup(place, place.member, name, id_, first)
        else:
            yield from self._plain(place, op, name, id_, [*values, "", ""][:2])

    def _plain(self, place: Place, op: str, name: str, id_: str, values: Sequence[str]) -> Iterator[FieldView]:
        text = self.desk.messages.text
        widget = "date" if place.kind in DAYS else "text" if place.kind == "text" else "decimal"
        if op != "between":
            yield FieldView(name, text("condition_value"), widget, values[0], id=id_)  # type: ignore[arg-type]
            return
        for at, key in enumerate(("condition_from", "condition_to")):
            yield FieldView(name, text(key), widget, values[at], id=f"{id_}-{at}")  # type: ignore[arg-type]

    def _choices(self, attribute: Attribute, values: Sequence[str]) -> Iterator[Option]:
        enum = self.desk.model.enums.get(attribute.enum or "")
        for code, value in enum.values.items() if enum is not None else ():
            yield Option(code, self.desk.label(value), code in values)

    def _lookup(self, place: Place, relation: Relation, name: str, id_: str, value: str) -> FieldView:
        text = self.value(place, value) if value else ""
        href = self.desk.addresses.lookup(relation.to[0], id_)
        return FieldView(
            name, self.desk.messages.text("condition_value"), "lookup", value, id=id_, lookup=LookupView(href, text)
        )
