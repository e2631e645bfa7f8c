"""`sidra why`: which grant shows or hides a record, for operators."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.access.why import MemberRule, MemberWhy, RoleRule, Rule, Why
    from sidra.runtime import Runtime
    from sidra_metamodel.nodes import Place

ANSWERS = {True: "yes", False: "no", None: "?"}
BECAUSE = {
    "line": "a line of the grant",
    "sensitive": "sensitive, and no line of its own",
    "follows": "follows from {sources}",
    "usual": "as the grant's actions say",
    "group": "the group allows no more",
    "no_read": "the role does not read it",
}


def register(main: click.Group) -> None:
    """Add the command."""
    main.add_command(why)


@click.command()
@click.argument("affiliate")
@click.argument("user")
@click.argument("record", metavar="ENTITY/ID")
@click.option("--action", default="read", show_default=True, help="`read update delete` or a step of its life cycle.")
@click.option("--attribute", help="Only this attribute or relation.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def why(affiliate: str, user: str, record: str, action: str, attribute: str | None, as_json: bool) -> None:
    """Say which grant shows or hides a record: `sidra why sn awa customer/0190…`.

    USER is a login, or `role:NAME` for anybody with that role. It prints rules, and whether they hold, never values.
    """
    from sidra.access.why import actions_with
    from sidra.access.why import why as explained
    from sidra.errors import NotFound
    from sidra_metamodel.granting.shares import actions_of

    with refusals():
        runtime = open_runtime(affiliate)
        entity, _, id = record.partition("/")
        if entity not in runtime.model.entities:
            raise NotFound(f"no entity `{entity}` in `{affiliate}`", hint="write the record as `customer/0190…`")
        actor = _actor(runtime, user)
        declared = runtime.model.entity(entity)
        if action not in actions_of(declared):
            raise NotFound(f"no action `{action}` of `{entity}`", hint=f"there are: {', '.join(actions_of(declared))}")
        if attribute is not None and attribute not in {**declared.attributes, **declared.relations}:
            raise NotFound(f"no attribute `{attribute}` of `{entity}`", hint="see `sidra show`")
        found = explained(runtime, actor, entity, id or None, action)
        actions = actions_with(runtime, actor, entity, id) if id else {}
    members = [one for one in found.members if attribute in {None, one.name}]
    if as_json:
        click.echo(json.dumps(_plain(found, members, actions, user, id), ensure_ascii=False, indent=2))
        return
    for line in _lines(found, members, actions, user, id):
        click.echo(line)


def _actor(runtime: Runtime, user: str) -> Actor:
    """Return the person with a login, or anybody with one role; raises NotFound."""
    from sidra.access.actor import Actor
    from sidra.access.entrance import Entrance
    from sidra.errors import NotFound

    kind, _, role = user.partition(":")
    if kind == "role" and role:
        if role not in runtime.model.roles:
            raise NotFound(f"no role `{role}` in `{runtime.affiliate}`", hint=", ".join(sorted(runtime.model.roles)))
        return Actor(user, user, frozenset({role}), affiliate=runtime.affiliate)
    account = Entrance.of(runtime.affiliate, runtime.store).accounts.find(user)
    if account is None:
        raise NotFound(
            f"no account `{user}` in `{runtime.affiliate}`", hint=f"see `sidra user list {runtime.affiliate}`"
        )
    return account.actor(runtime.affiliate)


def _lines(
    found: Why,
    members: list[MemberWhy],
    actions: Mapping[str, bool],
    user: str,
    id: str,
) -> Iterator[str]:
    actor = found.actor
    yield f"user        {user}   roles {_listed(sorted(actor.roles))}   units {_listed(actor.units)}"
    yield f"record      {found.entity}/{id}{'' if found.record or not id else '   there is none'}"
    for role in found.roles:
        yield ""
        yield from _role_lines(role, found.action)
    yield ""
    if actions:
        yield f"actions     {'   '.join(f'{name} {ANSWERS[holds]}' for name, holds in actions.items())}"
    yield f"functions   {'   '.join(f'{name} ({_listed(roles)})' for name, roles in found.functions.items()) or 'none'}"
    yield ""
    yield from _member_lines(members)
    yield ""
    yield sentence(found, user)


def _role_lines(role: RoleRule, action: str) -> Iterator[str]:
    yield f"role        {role.role}   {'   narrowed in '.join(map(_place, role.places)) or 'no grant on this entity'}"
    yield f"  {action:<9} {ANSWERS[role.holds] if role.allows else 'not granted'}"
    for place, rules in enumerate(role.alternatives):
        if place:
            yield "    or"
        for rule in rules:
            yield from _rule_lines(rule, 4)
        if not rules:
            yield "    every row"


def _rule_lines(rule: Rule, margin: int) -> Iterator[str]:
    units = f"   the record's unit: {_listed(rule.record_units)}" if rule.record_units else ""
    place = f"   {_place(rule.place)}" if rule.place is not None else ""
    yield f"{' ' * margin}{ANSWERS[rule.holds]:<4}{rule.text}{units}{place}"
    for part in rule.parts:
        yield from _rule_lines(part, margin + 4)


def _member_lines(members: list[MemberWhy]) -> Iterator[str]:
    width = max((len(one.name) for one in members), default=0)
    for one in members:
        entered = ", entered when created" if one.is_enterable and one.level != "edit" else ""
        yield f"{one.name:<{width}}  {one.level}{entered}"
        for rule in one.rules:
            place = f"   {_place(rule.place)}" if rule.place is not None else ""
            yield f"{'':<{width}}    {rule.role}: {rule.level}, {_because(rule)}{place}"


def _because(rule: MemberRule) -> str:
    return BECAUSE[rule.because].format(sources=", ".join(rule.sources))


def sentence(found: Why, user: str) -> str:
    """Return the answer in one sentence."""
    doing = {"read": "see"}.get(found.action, found.action)
    if not found.record:
        return f"There is no such {found.entity}; {user} would be told the same of one that is out of sight."
    if found.is_allowed:
        allowing = [role for role in found.roles if role.holds]
        return f"{user} may {doing} this {found.entity}: {_listed([_named(role) for role in allowing])}."
    reasons = [_refusal(found, role) for role in found.roles]
    return f"{user} may not {doing} this {found.entity}: {'; '.join(reasons) or 'no role of hers or his is declared'}."


def _refusal(found: Why, role: RoleRule) -> str:
    if not role.allows:
        return f"{_named(role)} does not grant `{found.action}`"
    failing = [rule for rules in role.alternatives for rule in _failing(rules)]
    units = sorted({unit for rule in failing for unit in rule.record_units})
    if units:
        own = _listed(found.actor.units)
        return f"the user's units [{own}] do not contain the record's unit [{_listed(units)}] ({_named(role)})"
    return f"{_listed([f'`{rule.text}`' for rule in failing])} does not hold ({_named(role)})"


def _failing(rules: tuple[Rule, ...]) -> Iterator[Rule]:
    """Yield the smallest rules that do not hold."""
    for rule in rules:
        if rule.holds is not True:
            inner = list(_failing(rule.parts))
            yield from inner or [rule]


def _named(role: RoleRule) -> str:
    return f"role {role.role}, {_place(role.places[-1])}" if role.places else f"role {role.role}"


def _place(place: Place) -> str:
    return f"{place.path}:{place.line}"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _plain(found: Why, members: list[MemberWhy], actions: Mapping[str, bool], user: str, id: str) -> dict[str, Any]:
    return {
        "user": user,
        "roles": sorted(found.actor.roles),
        "units": list(found.actor.units),
        "entity": found.entity,
        "id": id,
        "action": found.action,
        "exists": found.record,
        "allowed": found.is_allowed,
        "grants": [
            {
                "role": role.role,
                "places": [_place(place) for place in role.places],
                "allows": role.allows,
                "holds": role.holds,
                "rows": [[_plain_rule(rule) for rule in rules] for rules in role.alternatives],
            }
            for role in found.roles
        ],
        "actions": dict(actions),
        "functions": {name: list(roles) for name, roles in found.functions.items()},
        "attributes": {
            one.name: {
                "level": one.level,
                "entered": one.is_enterable,
                "because": [
                    {"role": rule.role, "level": rule.level, "why": _because(rule), "place": str(rule.place or "")}
                    for rule in one.rules
                ],
            }
            for one in members
        },
        "sentence": sentence(found, user),
    }


def _plain_rule(rule: Rule) -> dict[str, Any]:
    return {"rule": rule.text, "holds": rule.holds, "parts": [_plain_rule(part) for part in rule.parts]}
