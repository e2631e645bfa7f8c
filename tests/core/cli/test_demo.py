from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sidra.cli import main
from sidra.cli.demo import table
from sidra.ops.demo.accounts import DemoAccount
from sidra.store.database import Store
from sidra.web import serving

PLUGINS = "sidra_sn_ninea,sidra_eg_national_number,sidra_pl_checksums"


@pytest.fixture
def home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The affiliates of the project with an empty data folder, where the real subscribers are not beside."""
    monkeypatch.chdir(tmp_path)
    affiliates = ":".join(f"{root}/affiliates/{name}" for name in ("eg", "pl", "sn"))
    for name, value in {"AFFILIATES": affiliates, "HOME": "var", "PLUGINS": PLUGINS}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["demo", *words])


def number_of(home: Path, affiliate: str, table: str) -> int:
    store = Store.open(home / f"var/{affiliate}.db", durability="normal")
    with store.reading() as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    store.close()
    return int(count)


def test_a_demonstration_is_made_once_and_its_accounts_are_told(home: Path) -> None:
    first = run("--data-only", "--customers", "5", "--port", "7654")
    assert first.exit_code == 0
    header, *rows = first.stdout.splitlines()
    assert header.split() == ["Address", "Role", "Login", "Password"]
    assert rows[0].split() == ["http://127.0.0.1:7654/eg/", "agent", "agent", "meridian-demo"]
    assert len(rows) == 15
    assert "sn: 5 of 5 customers" in first.stderr
    assert "pl: subscriber_load: 500 read, 495 loaded, 5 quarantined" in first.stderr
    again = run("--data-only", "--customers", "5", "--port", "7654")
    assert again.stdout == first.stdout
    assert again.stderr == ""
    assert [number_of(home, affiliate, "billing_account") for affiliate in ("eg", "pl", "sn")] == [5, 500, 5]


def test_a_demonstration_is_served_with_reload(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[int, bool]] = []
    monkeypatch.setattr(serving, "serve", lambda known, _, reloads: served.append((known.settings.port, reloads)))
    (home / "gh").mkdir()
    (home / "gh/layer.yaml").write_text("layer: gh\nlevel: affiliate\nprefix: gh\n", encoding="utf-8")
    monkeypatch.setenv("SIDRA_AFFILIATES", str(home / "gh"))
    assert run("--port", "7655").exit_code == 0
    assert served == [(7655, True)]


def test_an_affiliate_without_a_profile_or_with_a_broken_overlay_is_passed_over(
    home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sn", "pl"):
        shutil.copytree(root / "affiliates" / name, home / "own" / name)
    (home / "own/sn/demo.json").unlink()
    (home / "own/pl/entities/individual.yaml").write_text("entity: individual\nattributes: 7\n", encoding="utf-8")
    monkeypatch.setenv("SIDRA_AFFILIATES", "own/*")
    result = run("--data-only", "--customers", "5")
    assert result.exit_code == 0
    assert "sn: no demo.json, so no data is made" in result.stderr
    assert re.search(r"error\[E\d{3}\]: `pl` is not served: ", result.stderr)
    assert result.stdout == ""
    assert result.stderr.endswith("sidra user add AFFILIATE LOGIN --name NAME --role ROLE\n")


def test_a_broken_profile_is_told_with_the_way_out(home: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(root / "affiliates/sn", home / "own/sn")
    (home / "own/sn/demo.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("SIDRA_AFFILIATES", "own/*")
    result = run("--data-only")
    assert result.exit_code == 3
    assert result.stderr.startswith("error[R630]: sn/demo.json: ")
    assert "= help: " in result.stderr


@pytest.mark.parametrize("words", [("--port", "0"), ("--customers", "0"), ("--nonsense",)])
def test_an_option_that_cannot_be_is_refused(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_demonstration_that_was_killed_is_made_whole_by_the_next_start(
    home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDRA_AFFILIATES", str(root / "affiliates/sn"))
    command = [sys.executable, "-c", "from sidra.cli import main; main()", "demo", "--data-only", "--customers", "3000"]
    with subprocess.Popen(command, env={**os.environ}, stderr=subprocess.DEVNULL) as process:
        wal = home / "var/sn.db-wal"
        deadline = time.monotonic() + 60
        while not (wal.exists() and wal.stat().st_size > 6_000_000) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert number_of(home, "sn", "customer_bill") == 0
    assert run("--data-only", "--customers", "5").exit_code == 0
    assert number_of(home, "sn", "billing_account") == 5


def test_accounts_stand_in_columns() -> None:
    accounts = [DemoAccount("sn", "agent", "secret", "agent"), DemoAccount("sn", "x", "secret", "administrator")]
    assert table(accounts, "http://a").splitlines() == [
        "Address       Role           Login  Password",
        "http://a/sn/  agent          agent  secret",
        "http://a/sn/  administrator  x      secret",
    ]
