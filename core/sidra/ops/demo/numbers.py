"""Invented numbers of local types, such as national numbers: drawn by a template until the type's checks accept one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from sidra.clock import utc_now
from sidra.ops.demo.profile import DemoRefused
from sidra_metamodel.expressions import Environment, compile_python
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

Accepts = Callable[[Mapping[str, Any]], bool]

TRIES = 500
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Those that are not taken for digits."""
_PLACE = re.compile(r"\{(\w+)(?::(\d+))?\}")
_DATE_PARTS = {"year": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
_PESEL_CENTURIES = {18: 80, 19: 0, 20: 20}


class LocalNumbers:
    """Draws numbers for the attributes of an entity whose type has a template."""

    def __init__(self, model: Model, entity: str, templates: Mapping[str, str]) -> None:
        """Compile what accepts the numbers; `templates` are by `entity.attribute`, or DemoRefused is raised."""
        attributes = model.entity(entity).attributes
        named = {path.partition(".")[2]: text for path, text in templates.items() if path.startswith(f"{entity}.")}
        for name in named:
            if name not in attributes:
                raise DemoRefused(f"no `{name}` in `{entity}`", hint="mend the name under `numbers` in demo.json")
        self._drawn = [(name, text, _acceptance(model, entity, attributes[name])) for name, text in named.items()]
        self._taken: set[tuple[str, str]] = set()

    def draw(self, random: Random, facts: Mapping[str, Any]) -> dict[str, str]:
        """Return a new number for each attribute, that fits the person. Raises DemoRefused when none is accepted."""
        return {name: self._one(random, name, template, accepts, facts) for name, template, accepts in self._drawn}

    def _one(self, random: Random, name: str, template: str, accepts: Accepts, facts: Mapping[str, Any]) -> str:
        for _ in range(TRIES):
            text = filled(template, random, facts)
            if (name, text) not in self._taken and accepts({**facts, name: text}):
                self._taken.add((name, text))
                return text
        raise DemoRefused(f"no number like `{template}` is a `{name}`", hint="mend the template in demo.json")


def _acceptance(model: Model, entity: str, attribute: Attribute) -> Accepts:
    """Return what tells whether the attribute's type, and the rules about it, take its value."""
    name = attribute.name
    typed = [formula for type_ in model.type_chain(attribute) for formula in type_.check]
    ruled = [formula for rule in model.rules.values() if (rule.on, rule.at) == (entity, name) for formula in rule.check]
    checks = [compile_python(model.expression(formula), model.functions, when_null=True) for formula in typed + ruled]
    of_plugins = [type_.check for type_ in model.plugin_types(attribute) if type_.check]
    blank = dict.fromkeys(model.entity(entity).attributes)

    def accepts(values: Mapping[str, Any]) -> bool:
        now = utc_now()
        named = {"value": values[name]}
        environment = Environment(this={**blank, **values}, now=now, today=now.date(), names=named)
        return all(check(environment) for check in checks) and all(check(values[name]) for check in of_plugins)

    return accepts


def filled(template: str, random: Random, facts: Mapping[str, Any]) -> str:
    """Return a template with its places filled."""
    return _PLACE.sub(lambda place: _part(random, place[1], int(place[2] or 1), facts), template)


def _part(random: Random, name: str, count: int, facts: Mapping[str, Any]) -> str:
    """Return what stands at a place: `digits:N`, `letters:N`, `sex` (odd for men), or a part of the birth date."""
    born: datetime.date = facts.get("birth_date") or datetime.date(1990, 1, 1)
    match name:
        case "digits":
            return "".join(random.choices("0123456789", k=count))
        case "letters":
            return "".join(random.choices(LETTERS, k=count))
        case "sex":
            return str(random.randrange(5) * 2 + (facts.get("gender") == "male"))
        case "sex_code":
            return "1" if facts.get("gender") == "male" else "2"
        case "century":
            return "2" if born.year < 2000 else "3"  # noqa: PLR2004 - as Egypt counts
        case "month_century":
            return f"{born.month + _PESEL_CENTURIES[born.year // 100]:02d}"
        case "governorate":
            return str(facts.get("governorate") or "01")
    if name not in _DATE_PARTS:
        raise DemoRefused(
            f"nothing fills `{{{name}}}`", hint=f"write digits, letters, {', '.join(_DATE_PARTS)}, or sex"
        )
    return born.strftime(_DATE_PARTS[name])
