"""What is asked about the group's documents of each kind that a country adapts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sidra.onboarding.asking_words import added, reasons, steps, values, words
from sidra.onboarding.questions import NAMES, NUMBER, TEXT, TEXTS, TRUTH, Question, Topic
from sidra.onboarding.writing_answers import (
    adds_to,
    brings_document,
    hides,
    instructs,
    orders_name,
    replaces,
    says,
)
from sidra_metamodel.checking.attributes import FITTING
from sidra_metamodel.kinds import Entity, Enum, Interface, Process, Role, Rule, ScalarType
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.kinds.process import Task
from sidra_metamodel.kinds.scalar_type import EnumValue
from sidra_metamodel.language import Keyword, NamedShape, RecordShape
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

COMMON: Final = frozenset({"label", "required"})
"""What is asked about every attribute, whatever its type."""
OWN_TEXTS: Final = ("label", "plural", "label_new")


def documents(model: Model) -> dict[str, Topic]:
    """Return the questions about all documents, by kind."""
    ask: Mapping[str, tuple[str, str, Callable[[Model, str], Topic], Callable[[str], Question] | None]] = {
        "entities": (Entity.kind, "Business objects: which are used, and what is different about them", _entity, None),
        "enums": (Enum.kind, "Code lists", _enum, _new(Enum)),
        "types": (ScalarType.kind, "How numbers and codes are written", _type, _new(ScalarType)),
        "processes": (Process.kind, "Processes and their steps", _process, None),
        "roles": (Role.kind, "Roles of people", _role, None),
        "interfaces": (Interface.kind, "Other systems, channels and files", _interface, None),
    }
    found = {}
    for name, (kind, text, topic, other) in ask.items():
        asked = [one for one in sorted(model.documents(kind)) if kind != Interface.kind or _is_border(model, one)]
        found[name] = Topic(text, {one: topic(model, one) for one in asked}, other, kind)
    return found


def _new(kind: type[Enum | ScalarType]) -> Callable[[str], Question]:
    fixed: Mapping[str, str] = MappingProxyType({})

    def other(name: str) -> Question:
        return Question(f"A new {kind.kind}", RecordShape(kind), brings_document(kind.kind, name, **fixed), asks=False)

    return other


def _text(node: Node, name: str) -> str:
    said = [node.get(word, "en") for word in ("label", "help")]
    return ": ".join(str(one.value) for one in said if one is not None) or name


def _entity(model: Model, name: str) -> Topic:
    key, entity, node = ("entity", name), model.entities[name], model.nodes["entity", name]
    parent = model.ancestors(name)[:1]
    inherited = model.entities[parent[0]].attributes if parent else {}
    about: dict[str, Question | Topic] = {}
    places = _menu_places(model, name)
    if places:
        text = "Whether it is used: in menus, and as what other records refer to"
        about["used"] = Question(text, TRUTH, hides([*places, *_referring(model, name)]), True)
    for word in OWN_TEXTS:
        said = node.items.get(word)
        about[word] = Question(f"Its {word}", TEXTS, says(key, word), said.plain() if said is not None else None)
    about |= reasons(key)
    attributes = {
        one.name: _attribute(model, key, one, is_own=inherited.get(one.name) != one)
        for one in entity.attributes.values()
    }
    about["attributes"] = Topic("Attributes", attributes, noun="attribute")
    about["adds"] = Topic(
        "Attributes of the country's own", other=added(lambda _: key, "attributes", element=Attribute)
    )
    about["relations"] = Topic(
        "Relations", {one: _relation(key, node, one) for one in entity.relations}, noun="relation"
    )
    about |= _identity(model, name)
    about["steps"] = Topic("Steps of its life", steps(key, node.get("lifecycle", "transitions")), noun="step")
    if entity.retention is not None:
        after = node.get("retention", "after")
        known = after.plain() if after is not None else None
        about["keep"] = Question("How long personal data are kept", TEXT, says(key, "retention", "after"), known)
        about["keep_why"] = Question("The law that says so", TEXT, instructs(key, "why", "retention"))
    about["rules"] = Topic("Rules of the country's own", other=_rule(name), noun="rule")
    return Topic(_text(node, name), about, noun="question")


def _menu_places(model: Model, entity: str) -> list[tuple[Key, tuple[str, ...]]]:
    return [
        (("menu", menu.name), ("groups", group.name, "items", item.name))
        for menu in model.menus.values()
        for group in menu.groups.values()
        for item in group.items.values()
        if item.entity == entity
    ]


def _referring(model: Model, entity: str) -> list[tuple[Key, tuple[str, ...]]]:
    """Return the relations that lead to an entity alone, and without which a record can be saved."""
    return [
        (("entity", source), ("relations", relation.name))
        for source in model.entities
        for relation in model.declared_relations(source)
        if relation.to == (entity,) and relation.required is False
    ]


def _attribute(model: Model, key: Key, attribute: Attribute, *, is_own: bool) -> Topic:
    base, path = model.base_type(attribute), ("attributes", attribute.name)

    def is_offered(keyword: Keyword) -> bool:
        return keyword.name in COMMON or base in FITTING.get(keyword.name, ())

    about: dict[str, Question | Topic] = {
        "used": Question("Whether people see it", TRUTH, hides([(key, path)]), known=not attribute.hidden),
        **({} if attribute.compute else words(key, path, Attribute, attribute.node, is_offered)),
        **reasons(key, *path),
    }
    if attribute.compute:
        about["label"] = words(key, path, Attribute, attribute.node, is_offered)["label"]
    return Topic(_text(attribute.node, attribute.name) if is_own else "", about, noun="word")


def _relation(key: Key, node: Node, name: str) -> Topic:
    found, path = node.items["relations"].items[name], ("relations", name)
    about = words(key, path, Relation, found, lambda keyword: keyword.name in COMMON)
    about["used"] = Question("Whether people see it", TRUTH, hides([(key, path)]), True)
    return Topic(_text(found, name), {**about, **reasons(key, *path)}, noun="word")


def _identity(model: Model, name: str) -> dict[str, Question | Topic]:
    """Return what is asked about what tells one record from another, and how a name is put together."""
    key, entity = ("entity", name), model.entities[name]
    found: dict[str, Question | Topic] = {}
    own = tuple(entity.attributes)
    if entity.identity is not None:
        known = sorted(entity.identity.strong)
        text = "Attributes of which one value is one person or thing"
        found["identified_by"] = Question(text, NAMES, adds_to(key, known, "identity", "strong"), known, choices=own)
        text = "Whether a second record of the same value is refused"
        write = says(key, "identity", "refuse")
        found["refuse_duplicates"] = Question(text, TRUTH, write, entity.identity.refuse)
    title = entity.attributes.get(entity.title or "")
    by = title.compute.by.text if title is not None and title.compute is not None and title.compute.by else ""
    parts = [word for word in dict.fromkeys(re.findall(r"\w+", by)) if word in own]
    if title is not None and len(parts) > 1:
        write = orders_name(key, title.name, own)
        found["name_order"] = Question("The parts of a name, in order", NAMES, write, parts, choices=own)
    return found


def _rule(entity: str) -> Callable[[str], Question]:
    def other(name: str) -> Question:
        write = brings_document(Rule.kind, name, kind="validate", on=entity)
        return Question("A rule: `check`, `at`, `message`", RecordShape(Rule), write, asks=False)

    return other


def _enum(model: Model, name: str) -> Topic:
    key, node = ("enum", name), model.nodes["enum", name]
    about = values(key, node.get("values"), "values", noun="value", element=EnumValue)
    return Topic(_text(node, name), {**about, **reasons(key)})


def _type(model: Model, name: str) -> Topic:
    key, node = ("type", name), model.nodes["type", name]
    base = model.base_of(name)
    about = words(key, (), ScalarType, node, lambda keyword: base in FITTING.get(keyword.name, ()))
    about["example"] = Question("A value that is valid", TEXT, says(key, "example"), _plain(node, "example"))
    return Topic(_text(node, name), {**about, **reasons(key)}, noun="word")


def _plain(node: Node, *path: str) -> object:
    found = node.get(*path)
    return found.plain() if found is not None else None


def _process(model: Model, name: str) -> Topic:
    key, node, process = ("process", name), model.nodes["process", name], model.processes[name]
    tasks = {
        one: Topic(
            _text(node.items["tasks"].items[one], one),
            {
                "replaced_by": Question("What is done instead", RecordShape(Task), replaces(key, "tasks", one)),
                **reasons(key, "tasks", one),
            },
        )
        for one in process.tasks
    }
    slots = {one: Topic(f"What the country does at {one}", other=_in_slot(key, one)) for one in process.slots}
    about: dict[str, Question | Topic] = {
        "channels": _members(key, sorted(process.channels), "channels", noun="channel", may_add=True),
        "tasks": Topic("Steps", tasks, noun="step"),
        "slots": Topic("Places for steps of the country's own", slots, noun="slot"),
        **reasons(key),
    }
    return Topic(_text(node, name), about)


def _in_slot(key: Key, slot: str) -> Callable[[str], Question]:
    return added(lambda _: key, "slots", slot, element=Task)


def _members(key: Key, known: list[str], *path: str, noun: str, may_add: bool = False) -> Topic:
    """Return the questions about a set: what goes, and where that is allowed what comes."""
    without = Question(f"Each {noun} that is not used", NAMES, instructs(key, "drop", *path), choices=tuple(known))
    about: dict[str, Question | Topic] = {"without": without}
    if may_add:
        about["adds"] = Question(f"Each {noun} that comes to them", NAMES, instructs(key, "add", *path))
    return Topic(f"Which of {', '.join(known)}", about)


def _role(model: Model, name: str) -> Topic:
    key, role = ("role", name), model.roles[name]
    may: dict[str, Question | Topic] = {}
    for entity, grant in role.may.items():
        path = ("may", entity)
        columns = Question("Access to single attributes, such as `mask`", _ACCESS, says(key, *path, "columns"))
        may[entity] = Topic(
            entity,
            {
                **_members(key, sorted(grant.do), *path, "do", noun="action").about,
                "rows": Question("Which records only, as an expression", TEXT, says(key, *path, "rows")),
                "columns": columns,
                **reasons(key, *path),
            },
        )
    about: dict[str, Question | Topic] = {
        "people": Question("How many people will have it", NUMBER),
        "functions": _members(key, sorted(role.functions), "functions", noun="function"),
        "may": Topic("What it may do", may, noun="entity"),
        **reasons(key),
    }
    return Topic(_text(model.nodes["role", name], name), about)


_ACCESS: Final = NamedShape(TEXT)


def _is_border(model: Model, name: str) -> bool:
    """Tell whether an interface is one to another system, and not our own API."""
    return model.interfaces[name].kind_ != "api"


def _interface(model: Model, name: str) -> Topic:
    key, interface, node = ("interface", name), model.interfaces[name], model.nodes["interface", name]
    about: dict[str, Question | Topic] = {
        "used": Question("Whether the country has it", TRUTH, known=True),
        "system": Question("The system behind it", TEXT),
    }
    if interface.kind_ == "feed":
        about["files"] = Question("The files that it will load, and who gives them", TEXT)
        for word in ("format", "delimiter", "encoding"):
            text = f"The {word} of its files"
            about[word] = Question(text, TEXT, says(key, word), _plain(node, word), asks=word != "format")
    return Topic(f"{interface.kind_}: {_text(node, name)}", {**about, **reasons(key)})
