"""Zones, currencies and hours that exist."""

from pathlib import Path

from tests.metamodel.configurations import LANGUAGE, Found, expected, layers_of

from sidra_metamodel.load import load
from sidra_metamodel.render import render


def test_a_layer_of_nowhere(found: Found) -> None:
    files = {
        "affiliates/sn/layer.yaml": """
            layer: sn
            level: affiliate
            prefix: sn
            tiers: [core]
            time_zone: Africa/Dakkar
            currency: CFA francs
            country: SEN
            hue: 400
        """,
    }
    assert found(files) == expected("""
        error[E421]: no time zone `Africa/Dakkar`
         --> affiliates/sn/layer.yaml:5:12   (layer affiliate:sn)
        5 | time_zone: Africa/Dakkar
          |            ^^^^^^^^^^^^^
          = help: use an IANA name: `Africa/Dakar`

        error[E421]: no currency `CFA francs`
         --> affiliates/sn/layer.yaml:6:11   (layer affiliate:sn)
        6 | currency: CFA francs
          |           ^^^^^^^^^^
          = help: use an ISO 4217 code: `XOF`

        error[E421]: no country `SEN`
         --> affiliates/sn/layer.yaml:7:10   (layer affiliate:sn)
        7 | country: SEN
          |          ^^^
          = help: did you mean `SN`?

        error[E124]: `hue` must be a whole number from 0 to 360, not the number 400
         --> affiliates/sn/layer.yaml:8:6   (layer affiliate:sn)
        8 | hue: 400
          |      ^^^
          = help: correct it, or delete the line
    """)


def test_a_week_that_is_none(found: Found) -> None:
    files = {
        "baseline/c.yaml": """
            calendar: c
            week:
              mon: {from: "08:00", to: "25:00"}
              tues: {from: "08:00", to: "17:00"}
              wed: {from: "17:00", to: "17:00"}
            holidays:
              x: "02-30"
              y: "02-29"
        """,
    }
    assert found(files) == expected("""
        error[E421]: no time `25:00`
         --> baseline/c.yaml:3:28   (layer group)
        3 |   mon: {from: "08:00", to: "25:00"}
          |                            ^^^^^^^
          = help: write hours and minutes: "08:30"

        error[E421]: no day `tues`
         --> baseline/c.yaml:4:3   (layer group)
        4 |   tues: {from: "08:00", to: "17:00"}
          |   ^^^^
          = help: did you mean `tue`?

        error[E421]: the hours end when they begin
         --> baseline/c.yaml:5:28   (layer group)
        5 |   wed: {from: "17:00", to: "17:00"}
          |                            ^^^^^^^
          = help: `to` differs from `from`; where it is earlier, the hours end on the next day

        error[E421]: no day `02-30`
         --> baseline/c.yaml:7:6   (layer group)
        7 |   x: "02-30"
          |      ^^^^^^^
          = help: write "2026-04-04", or "04-04" for each year
    """)


def test_a_pack_that_is_not_there(found: Found) -> None:
    files = {
        "affiliates/sn/layer.yaml": """
            layer: sn
            level: affiliate
            prefix: sn
            tiers: [core, b3b]
        """,
    }
    assert found(files) == expected("""
        error[E401]: no pack `b3b`
         --> affiliates/sn/layer.yaml:4:15   (layer affiliate:sn)
        4 | tiers: [core, b3b]
          |               ^^^
          = help: there are `core`
    """)


def test_two_affiliates_with_one_prefix(tmp_path: Path) -> None:
    files = {"affiliates/tg/layer.yaml": "layer: tg\nlevel: affiliate\nprefix: sn\ntiers: [core]\n"}
    layers = layers_of(tmp_path, files)
    told = [render(load(layers, name, LANGUAGE).diagnostics) for name in ("sn", "tg")]
    assert told == [
        "",
        expected("""
            warning[E417]: `sn` has the prefix `sn`, too: nobody can tell whose names are local
             --> affiliates/tg/layer.yaml:3:9   (layer affiliate:tg)
            3 | prefix: sn
              |         ^^
              = the other one: affiliates/sn/layer.yaml:3  (layer affiliate:sn)  prefix: sn
              = help: choose another one, such as `prefix: tg`
        """),
    ]
    assert load(layers, "tg", LANGUAGE).model is not None


UNITS = """
            layer: sn
            level: affiliate
            prefix: sn
            tiers: [core]
            units:
"""


def units_of(text: str) -> dict[str, str]:
    return {"affiliates/sn/layer.yaml": UNITS + text}


def test_units_of_three_kinds_stand_in_each_other(found: Found) -> None:
    text = """
              dakar: {kind: region, label: Dakar}
              plateau: {kind: shop, parent: dakar}
              counter: {kind: team, parent: plateau}
              west: {kind: region}
              suburb: {kind: region, parent: dakar}
              online: {kind: team, parent: suburb}
    """
    assert found(units_of(text)) == ""


def test_a_unit_that_stands_in_one_that_cannot_hold_it(found: Found) -> None:
    text = """
              plateau: {kind: shop}
              dakar: {kind: region, parent: plateau}
              counter: {kind: team}
              night: {kind: team, parent: counter}
    """
    assert found(units_of(text)) == expected("""
        error[E430]: a region stands in no shop, as `plateau` is
         --> affiliates/sn/layer.yaml:8:33   (layer affiliate:sn)
        8 |   dakar: {kind: region, parent: plateau}
          |                                 ^^^^^^^
          = help: a shop holds `team`

        error[E430]: a team stands in no team, as `counter` is
          --> affiliates/sn/layer.yaml:10:31   (layer affiliate:sn)
        10 |   night: {kind: team, parent: counter}
           |                               ^^^^^^^
           = help: a team holds nothing
    """)


def test_a_unit_that_stands_in_none_that_there_is(found: Found) -> None:
    text = """
              dakar: {kind: region}
              plateau: {kind: shop, parent: dakkar}
    """
    assert found(units_of(text)) == expected("""
        error[E401]: no unit `dakkar`
         --> affiliates/sn/layer.yaml:8:33   (layer affiliate:sn)
        8 |   plateau: {kind: shop, parent: dakkar}
          |                                 ^^^^^^
          = help: did you mean `dakar`?
    """)


def test_units_that_stand_in_each_other_in_a_circle(found: Found) -> None:
    text = """
              a: {kind: region, parent: b}
              b: {kind: region, parent: a}
    """
    assert found(units_of(text)) == expected("""
        error[E404]: units stand in each other: `a` → `b` → `a`
         --> affiliates/sn/layer.yaml:7:29   (layer affiliate:sn)
        7 |   a: {kind: region, parent: b}
          |                             ^
          = help: let one of them stand in none
    """)
