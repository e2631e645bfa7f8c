from __future__ import annotations

import csv
import io
from pathlib import Path

from sidra.ops.demo.subscribers import COLUMNS, NEW_EVERY, subscriber_file


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_sample_has_the_shape_of_the_real_file(shared: Path) -> None:
    real = rows((shared / "data/telco-customers.csv").read_text(encoding="utf-8"))
    sample = rows(subscriber_file(300))
    assert tuple(real[0]) == tuple(sample[0]) == COLUMNS
    free = {"customerID", "tenure", "MonthlyCharges", "TotalCharges"}
    for column in set(COLUMNS) - free:
        assert {row[column] for row in sample} <= {row[column] for row in real}, column


def test_one_row_in_a_hundred_has_no_total_yet() -> None:
    sample = rows(subscriber_file(2 * NEW_EVERY))
    assert [number for number, row in enumerate(sample) if not row["TotalCharges"].strip()] == [99, 199]
    assert len({row["customerID"] for row in sample}) == len(sample)


def test_the_same_seed_makes_the_same_file() -> None:
    assert subscriber_file(5) == subscriber_file(5) != subscriber_file(5, seed=8)
