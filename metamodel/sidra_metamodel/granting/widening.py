"""What roles gain from one configuration to another: compared by what they amount to, never by how it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sidra_metamodel.access import SENSITIVE
from sidra_metamodel.comparing.leaves import is_same
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.granting.ceilings import BoundedRole
from sidra_metamodel.granting.former import Former, earlier
from sidra_metamodel.granting.gains import Gain, What, Widening
from sidra_metamodel.granting.guards import changed_guards, lost_below
from sidra_metamodel.granting.looser import Looser, loosened
from sidra_metamodel.granting.origins import attribute_of, members_behind
from sidra_metamodel.granting.reach import Reach
from sidra_metamodel.granting.shapes import shape_of, shows_part
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.model import Model


def widenings(before: Model, after: Model, changed: Collection[Key] | None = None) -> tuple[Widening, ...]:
    """Return what is allowed after that was not before, each once; what is new altogether was kept from nobody.

    changed: the documents that say something else, where that is known: no others are looked at.
    """
    former = Former(before, after)
    reach = Reach(before, after, changed)
    found = [*_of_roles(former, reach), *_of_entities(former, reach), *_of_units(former), *_of_channels(former)]
    loose = loosened(before.nodes, after.nodes, after.registry, changed)
    return tuple(dict.fromkeys((*found, *map(_told, loose))))


def _told(one: Looser) -> Widening:
    subject = one.path[-1] if one.path else one.document
    was, now = (flow(node) if node is not None else "" for node in (one.was, one.now))
    return Widening(one.word, one.kind, one.document, one.path, subject, "", was, now)


def _of_roles(former: Former, reach: Reach) -> Iterator[Widening]:
    for name, role in former.after.roles.items():
        called = earlier(name, role, former.before.roles, former.after.roles)
        was = former.before.roles.get(called) if called is not None else None
        if was is None:
            yield Widening("role", "role", name, (), name, name)
            continue
        is_changed = reach.has_role(name, called, role.within)
        low, high = BoundedRole(former.before, was), BoundedRole(former.after, role)
        for function in sorted(high.functions - low.functions):
            yield Widening("function", "role", name, ("functions",), function, name, "", function)
        if _exports_more(was.export_rows, role.export_rows):
            had, has = ("" if one is None else str(one) for one in (was.export_rows, role.export_rows))
            yield Widening("export_rows", "role", name, ("export_rows",), "", name, had, has)
        for one, other in former.pairs():
            if is_changed or reach.has_entity(other.name):
                yield from Gain(former, role, low, high).on(one, other)


def _exports_more(was: int | None, now: int | None) -> bool:
    """Tell whether more rows may be exported; a setting that is not known here counts where nothing is said."""
    return was != now if was is None or now is None else now > was


def _of_entities(former: Former, reach: Reach) -> Iterator[Widening]:
    """Yield what attributes no longer keep from people, whoever these are."""
    for one, other in former.pairs():
        if one is None or not reach.has_entity(other.name):
            continue
        yield from (*changed_guards(former, one, other), *lost_below(former, one, other))
        for name, attribute in other.attributes.items():
            yield from _unsealed(former, other.name, attribute)
            was = one.attributes.get(former.member(other, name) or "")
            if was is not None:
                yield from _of_attribute(other.name, was, attribute)
                yield from _of_mask(former, other.name, was, attribute)


def _unsealed(former: Former, entity: str, attribute: Attribute) -> Iterator[Widening]:
    """Yield what is encrypted, and kept in the clear by an attribute that copies it; what is computed keeps nothing."""
    member, path = (entity, attribute.name), ("attributes", attribute.name)
    if attribute.encrypt or attribute.compute is not None or former.is_as_before(*member):
        return
    for one in members_behind(former.after, [member]):
        read = attribute_of(former.after, one)
        if read is not None and read.encrypt:
            yield Widening("encrypt", "entity", entity, path, read.name, "", "true", "")


def _of_mask(former: Former, entity: str, was: Attribute, now: Attribute) -> Iterator[Widening]:
    """Yield another shape of what those see who see a value masked: nobody can tell which shows more."""
    had, has = shape_of(former.before, was), shape_of(former.after, now)
    if had != has or (shows_part(former.after, now) and not shows_part(former.before, was)):
        yield Widening("mask", "entity", entity, ("attributes", now.name, "mask"), now.name, "", had, has)


def _of_attribute(entity: str, was: Attribute, now: Attribute) -> Iterator[Widening]:
    path = ("attributes", now.name)
    for lost in sorted(was.pii - now.pii):
        what: What = "sensitive" if lost == SENSITIVE else "pii"
        yield Widening(what, "entity", entity, (*path, "pii"), lost, "", lost, "")
    if was.encrypt and not now.encrypt:
        yield Widening("encrypt", "entity", entity, (*path, "encrypt"), now.name, "", "true", "")
    if was.compute is not None and now.compute is None:
        yield Widening("guard", "entity", entity, (*path, "compute"), now.name)
    if SENSITIVE in now.pii and now.search == "exact" and was.search != "exact":
        yield Widening("matched", "entity", entity, (*path, "search"), now.name, "", "", "exact")


def _of_units(former: Former) -> Iterator[Widening]:
    """Yield the units whose people see what is another unit's, and was not below theirs."""
    low, high = (_below(model) for model in (former.before, former.after))
    units = former.after.layer.units
    called = {name: earlier(name, unit, low, high) for name, unit in units.items()}
    for unit, inside in high.items():
        kept = low.keys() - low.get(called[unit] or "", low.keys())
        for other in sorted(one for one in inside if called[one] in kept):
            path = ("units", other, "parent")
            yield Widening("unit", "layer", former.after.layer.name, path, other, "", "", unit)


def _below(model: Model) -> Mapping[str, frozenset[str]]:
    """Return the units below each, itself among them."""
    units = model.layer.units
    found: dict[str, set[str]] = {name: {name} for name in units}
    for name in units:
        seen = {name}
        above = units[name].parent
        while above is not None and above in units and above not in seen:
            found[above].add(name)
            seen.add(above)
            above = units[above].parent
    return {name: frozenset(inside) for name, inside in found.items()}


def _of_channels(former: Former) -> Iterator[Widening]:
    """Yield the channels that write to customers who did not agree, or at hours when they did not before."""
    for name, interface in former.after.interfaces.items():
        called = earlier(name, interface, former.before.interfaces, former.after.interfaces)
        was = former.before.interfaces.get(called or "")
        if was is None:
            continue
        if was.consent is not None and interface.consent != was.consent:
            now = interface.consent or ""
            yield Widening("consent", "interface", name, ("consent",), was.consent, "", was.consent, now)
        if was.quiet is not None and not _is_as_quiet(former, was.quiet, interface.quiet):
            yield Widening("quiet", "interface", name, ("quiet",), was.quiet, "", was.quiet, interface.quiet or "")


def _is_as_quiet(former: Former, was: str, now: str | None) -> bool:
    """Tell whether the hours of quiet are the same ones."""
    if now is None:
        return False
    had, has = former.before.nodes.get(("calendar", was)), former.after.nodes.get(("calendar", now))
    return had is not None and has is not None and is_same(had, has)
