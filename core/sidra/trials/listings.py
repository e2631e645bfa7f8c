"""What a list gives that is opened in a test: with the filter and the order that its screen and its view declare."""

from __future__ import annotations

from collections.abc import Iterable

from sidra.records.query import Query
from sidra.trials.world import World, in_order
from sidra_metamodel.expressions import Expression
from sidra_metamodel.kinds.screens.lists import View
from sidra_metamodel.kinds.test import Claim
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

MOST = 1000


def records_of(world: World, claim: Claim) -> tuple[str, ...]:
    """Return the names of the records of the test that a list gives, in its order; raises SidraError."""
    name = claim.list or ""
    world.runtime.touched.add(("screen", name))
    screen = world.model.screens.get(name)
    entity = (screen.of if screen is not None else None) or name.removesuffix("_list")
    view = screen.views.get(claim.view or "") if screen is not None else None
    filters = (screen.filter if screen is not None else None, view.filter if view is not None else None)
    sort = _sort(screen.sort if screen is not None else (), view)
    query = Query(where=_all_of(world.model, filters), sort=sort, limit=MOST, count=False)
    page = world.records(claim.by).list(entity, query)
    return in_order([world.name_of(record.id) for record in page.records])


def _sort(declared: tuple[str, ...], view: View | None) -> tuple[str, ...]:
    return (view.sort if view is not None else ()) or declared


def _all_of(model: Model, formulas: Iterable[Formula | None]) -> Expression | None:
    given = [formula for formula in formulas if formula is not None]
    if len(given) <= 1:
        return model.expression(given[0]) if given else None
    text = " && ".join(f"({formula.text})" for formula in given)
    return model.expression(Formula(text, given[0].node, given[0].keyword, given[0].context))
