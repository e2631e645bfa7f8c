from __future__ import annotations

from pathlib import Path

from tests.core.interfaces.conftest import GOOD, MakeModel, model_in

from sidra.interfaces.feed import CHUNK_ROWS, Feed
from sidra.interfaces.files import Row
from sidra_metamodel.expressions import Environment


def test_a_feed_says_how_its_file_is_written(make_model: MakeModel) -> None:
    feed = Feed(make_model(), "load")
    assert (feed.shape.format, feed.shape.delimiter, feed.shape.encoding) == ("csv", ",", "utf-8")
    assert feed.shape.columns == {"id", "name", "born", "plan", "total", "level", "phone"}
    assert feed.chunk_rows == 3
    short = "interface: load\nkind: feed\nformat: csv\ninto: plan\nkey: code\nmap: {code: {value: 'source.id'}}\n"
    assert Feed(make_model(load=short), "load").chunk_rows == CHUNK_ROWS


def test_a_row_is_told_from_others_by_its_key_or_its_place(make_model: MakeModel) -> None:
    feed = Feed(make_model(), "load")
    assert feed.key_of(Row(1, 2, {"id": " A1 "}), "rows.csv") == "A1"
    assert feed.key_of(Row(1, 2, {"id": " "}), "rows.csv") == "rows.csv:2"
    assert feed.key_of(Row(1, 2, {}), "rows.csv") == "rows.csv:2"


def test_an_expression_that_gives_up_is_a_problem_of_its_row(make_model: MakeModel) -> None:
    numbers = f"[{','.join('1' * 900)}]"
    check = f"{numbers}.exists(a, {numbers}.exists(b, a + b == 5))"
    quality = f'quality:\n  hard: {{check: "{check}"}}\n'
    feed = "interface: load\nkind: feed\nformat: csv\ninto: plan\nkey: code\nmap: {code: {from: id}}\n" + quality
    found = Feed(make_model(load=feed), "load").describe(Row(1, 2, GOOD), Environment())
    assert [problem.code for problem in found.problems] == ["R622"]


def test_an_overlay_changes_a_feed(tmp_path: Path) -> None:
    (tmp_path / "sn").mkdir(exist_ok=True)
    own = "interface: load\ncommit_every: {$set: 7, $why: The night is short}\nquality:\n"
    own += "  x_sn_phone: {check: \"source.phone != ''\", $why: We call everybody, message: {fr: Sans téléphone}}\n"
    (tmp_path / "sn/load.yaml").write_text(own, encoding="utf-8")
    feed = Feed(model_in(tmp_path, {}), "load")
    assert feed.chunk_rows == 7
    found = feed.describe(Row(1, 2, GOOD | {"phone": ""}), Environment())
    assert (found.record, [problem.message for problem in found.problems]) == (None, ["Sans téléphone"])
