"""Layers and packs that others require, and the versions that they must have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.metamodel.configurations import Found, expected

from sidra_metamodel.checking.requirements import bounds_of, version_of


def files(requires: str, tiers: str = "[core]") -> dict[str, str]:
    """A group of version 1.2.3, and an affiliate that requires something."""
    return {
        "baseline/layer.yaml": "layer: meridian\nlevel: group\nversion: 1.2.3\n",
        "baseline/core/pack.yaml": "pack: core\ntier: core\nversion: 1.2.3\n",
        "affiliates/sn/layer.yaml": f"layer: sn\nlevel: affiliate\nprefix: sn\ntiers: {tiers}\nrequires: {requires}\n",
    }


def test_a_group_of_another_version(found: Found) -> None:
    assert found(files("{group: ~1.3}")) == expected("""
        error[E426]: `group` is of version 1.2.3, and `~1.3` is required
         --> affiliates/sn/layer.yaml:5:19   (layer affiliate:sn)
        5 | requires: {group: ~1.3}
          |                   ^^^^
          = declared here: baseline/layer.yaml:3  (layer group)  version: 1.2.3
          = help: look at what has changed, then require the version that you have looked at
    """)


@pytest.mark.parametrize(
    "requires", ["{group: ~1.2}", "{meridian: ^1.0}", "{core: 1.2.3}", '{group: ">=1.1 <2"}', "{}"]
)
def test_what_is_there_in_the_version_that_is_required(found: Found, requires: str) -> None:
    assert found(files(requires)) == ""


@pytest.mark.parametrize(
    ("requires", "message"),
    [
        ("{group: newest}", "`newest` is no range of versions"),
        ('{group: ""}', "`` is no range of versions"),
        ("{b2b: ~1.0}", "`b2b` is required and not in force here"),
        ("{grup: ~1.0}", "did you mean `group`?"),
    ],
)
def test_what_cannot_be_met(found: Found, requires: str, message: str) -> None:
    assert message in found(files(requires))


def test_a_version_that_nobody_says(found: Found) -> None:
    told = found({**files("{core: ~1.0}"), "baseline/core/pack.yaml": "pack: core\ntier: core\n"})
    assert "error[E426]: `core` is required in a version, and has none" in told


def test_a_pack_of_a_tier_that_is_not_taken(found: Found) -> None:
    packs = {
        "baseline/b2b/pack.yaml": "pack: b2b\ntier: b2b\nrequires: [mature]\n",
        "baseline/mature/pack.yaml": "pack: mature\ntier: mature\n",
    }
    told = found({**files("{}", "[core, b2b]"), **packs})
    assert "error[E426]: the pack `mature` is of the tier `mature`, which `sn` does not take" in told
    assert found({**files("{}", "[core, b2b, mature]"), **packs}) == ""


NUMBERS = st.integers(0, 20)
VERSIONS = st.tuples(NUMBERS, NUMBERS, NUMBERS)


def holds(text: str, version: tuple[int, int, int]) -> bool:
    """Whether a version lies in a range."""
    return all(least <= version < end for least, end in bounds_of(text) or [])


@given(VERSIONS, VERSIONS)
def test_bounds_are_those_of_the_numbers(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    text = ".".join(map(str, one))
    assert version_of(text) == one
    assert holds(f">={text}", other) == (other >= one)
    assert holds(f">{text}", other) == (other > one)
    assert holds(f"<{text}", other) == (other < one)
    assert holds(f"<={text}", other) == (other <= one)
    assert holds(text, other) == (other == one)
    assert holds(f"~{text}", other) == (other >= one and other[:2] == one[:2])
    same = other[:1] == one[:1] if one[0] else other[:2] == one[:2]
    assert holds(f"^{text}", other) == (other >= one and same)


@given(st.text(max_size=12))
def test_a_text_is_a_range_or_none_and_never_fails(text: str) -> None:
    assert bounds_of(text) is None or bounds_of(text)


def test_packs_that_require_each_other_are_told(found: Found) -> None:
    files = {
        "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core, b2b, mature]\n",
        "baseline/b2b/pack.yaml": "pack: b2b\ntier: b2b\nrequires: [mature]\n",
        "baseline/mature/pack.yaml": "pack: mature\ntier: mature\nrequires: [b2b]\n",
    }
    assert found(files) == expected("""
        error[E404]: packs require each other: `b2b` → `mature` → `b2b`
         --> baseline/b2b/pack.yaml:3:11   (layer pack:b2b)
        3 | requires: [mature]
          |           ^
          = help: let one of them require none of the others
    """)
