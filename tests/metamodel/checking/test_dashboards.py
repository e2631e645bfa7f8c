"""What the tiles of a dashboard need: numbers to measure, indexes to count by, dates to run along, and readers."""

from textwrap import dedent

import pytest
from tests.metamodel.configurations import Found

FILES = {
    "baseline/deal.yaml": """
        entity: deal
        title: name
        attributes:
          name: {type: string, sort: true}
          amount: {type: money}
          double: {type: money, compute: "amount * 2"}
          stage: {type: enum, enum: stage, filter: true}
          rank: {type: enum, enum: stage}
          email: {type: string, filter: true, pii: [contact]}
          due: {type: date, filter: true}
          seen: {type: date}
        relations:
          items: {to: item, many: true, inverse: deal}
    """,
    "baseline/item.yaml": "entity: item\ntitle: name\nattributes: {name: {type: string}}\n"
    "relations: {deal: {to: deal}}\n",
    "baseline/stage.yaml": "enum: stage\nvalues: [first, second]\n",
    "baseline/lead.yaml": "role: lead\nmay: {deal: {do: [read]}}\nfunctions: [reports]\n",
}


def told(found: Found, tile: str) -> str:
    screen = f"screen: s\nkind: dashboard\ntiles:\n  one: {{{dedent(tile).strip()}}}\n"
    return found({**FILES, "baseline/s.yaml": screen})


@pytest.mark.parametrize(
    "tile",
    [
        "source: deal",
        "source: deal, avg: amount, at: due, compare: true, target: 5",
        "source: deal, show: area, series: {made: {at: created_at}, due: {at: due, filter: \"stage == 'first'\"}}",
        "source: deal, show: bar, at: due, ahead: true, every: month, split: stage, sum: amount",
        "source: deal, show: donut, by: stage",
        "source: deal, show: table, columns: [name, amount], sort: name",
        "source: item, show: bar, by: deal, hidden: true",
    ],
)
def test_a_tile_that_can_be_drawn_has_nothing_wrong(found: Found, tile: str) -> None:
    assert "error" not in told(found, tile)


@pytest.mark.parametrize(
    ("tile", "code", "message"),
    [
        ("source: deal, sum: name", "E420", "`name` is no number or amount, and cannot be measured"),
        ("source: deal, avg: created_at", "E420", "`created_at` is no number or amount, and cannot be measured"),
        ("source: deal, sum: double", "E409", "`double` cannot be measured: it is computed at reading"),
        ("source: deal, sum: amount, avg: amount", "E420", "the tile `one` measures two things"),
        ("source: deal, sum: nothing", "E401", "no attribute `nothing` in `deal`"),
        ("source: nothing", "E401", "no entity `nothing`"),
        ("source: deal, show: bar, by: rank", "E409", "`deal` cannot be narrowed by `rank`: it has no index"),
        ("source: deal, show: bar, by: email", "E420", "records are not counted by `email`"),
        ("source: deal, show: bar, by: amount", "E420", "records are not counted by `amount`"),
        ("source: deal, show: bar, by: items", "E420", "records are not counted by `items`: each may have many"),
        ("source: deal, show: bar", "E420", "the tile `one` has no bars"),
        ("source: deal, show: line", "E420", "the tile `one` has no time to run along"),
        ("source: deal, show: line, at: name", "E429", "`name` is no date"),
        ("source: deal, show: line, at: seen", "E409", "`deal` cannot be narrowed by `seen`: it has no index"),
        ("source: deal, show: line, at: updated_at", "E409", "`deal` cannot be narrowed by `updated_at`"),
        ("source: deal, show: pie", "E420", "the tile `one` has nothing to divide by"),
        ("source: deal, show: table", "E420", "the tile `one` has no columns"),
        ("source: deal, show: meter", "E420", "the tile `one` aims at nothing"),
        ("source: deal, compare: true", "E420", "the tile `one` has no span to compare with"),
        ("source: deal, show: donut, by: stage, split: stage", "E420", "the tile `one` divides what is not drawn"),
        ("source: deal, by: stage, series: {a: {at: due}}", "E420", "the tile `one` has series that nothing draws"),
        ("source: item", "E420", "no role that opens dashboards may read `item`"),
    ],
)
def test_a_tile_says_what_cannot_be(found: Found, tile: str, code: str, message: str) -> None:
    answer = told(found, tile)
    assert f"error[{code}]" in answer
    assert message in answer


def test_a_page_is_narrowed_by_what_its_tiles_have(found: Found) -> None:
    screen = "screen: s\nkind: dashboard\nnarrowed_by: [{}]\ntiles: {{one: {{source: deal}}}}\n"
    assert "error" not in found({**FILES, "baseline/s.yaml": screen.format("stage")})
    for name in ("amount", "nothing", "items"):
        told = found({**FILES, "baseline/s.yaml": screen.format(f"stage, {name}")})
        assert f"error[E420]: no tile can be narrowed by `{name}`" in told
