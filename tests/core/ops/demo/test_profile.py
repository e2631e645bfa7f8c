from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from tests.core.ops.demo.conftest import folder_of

from sidra.ops.demo.profile import FILE, DemoRefused, Numbers, read_profile, units_of


def test_the_shops_of_a_country_are_its_units() -> None:
    assert units_of(read_profile(folder_of("pl")))[:2] == ("warszawa", "krakow")


def test_a_number_is_a_prefix_and_digits() -> None:
    drawn = Numbers(("+4850",), 3).draw(Random(1))
    assert drawn.startswith("+4850")
    assert len(drawn) == len("+4850") + 3


def write(folder: Path, **changes: object) -> Path:
    profile = json.loads((folder_of("pl") / FILE).read_text(encoding="utf-8"))
    (folder / FILE).write_text(json.dumps({**profile, **changes}), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "changes",
    [
        {"female": 7},
        {"places": [{}]},
        {"mobile": None},
        {"names": {"x": "aunts"}},
        {"tickets": [{"subject": "x"}]},
        {"offers": [{"price": "x"}]},
    ],
)
def test_a_wrong_profile_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(DemoRefused) as caught:
        read_profile(write(tmp_path, **changes))
    assert caught.value.code == "R630"
    assert caught.value.hint


def test_a_profile_that_is_no_json_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoRefused, match="has no demo"):
        read_profile(tmp_path)
    (tmp_path / FILE).write_bytes(b"\xff{")
    with pytest.raises(DemoRefused):
        read_profile(tmp_path)
