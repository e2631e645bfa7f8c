"""The demonstration affiliate `sn` with a release in force, a few records and people, to plan changes against."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from textwrap import dedent

from argon2 import PasswordHasher

from sidra.access.accounts import Account, Accounts
from sidra.access.actor import OPERATOR, Actor, system_actor
from sidra.access.passwords import Passwords
from sidra.access.tables import access_tables_alone
from sidra.configuration import read_configuration
from sidra.privacy.keys import KeyRing
from sidra.records.record import Record
from sidra.releases.plan import Impact, Item, Plan
from sidra.releases.proposals import Proposal
from sidra.releases.releasing import Releasing
from sidra.runtime import Runtime
from sidra.settings import Settings, load_settings
from sidra.store.database import Store

ROOT = Path(__file__).parents[3]
PLUGINS = "sidra_sn_ninea,sidra_eg_national_number,sidra_pl_checksums"
NOW = datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC)
FAST = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PASSWORD = "a long enough word"
CORE = "baseline/sidra_baseline/core"


APPROVES = "approve_access, approve_api, approve_data"
SMALL = {
    "baseline/sidra_baseline/layer.yaml": """
        layer: meridian
        level: group
        version: 1.0.0
        locales: [en, fr]
        currency: EUR
    """,
    f"{CORE}/pack.yaml": "pack: core\ntier: core\n",
    f"{CORE}/entities/person.yaml": """
        entity: person
        title: name
        api: {path: party/v4}
        attributes:
          name: {type: string, max_length: 50, label: {en: Name}}
          salary: {type: string, pii: [sensitive]}
          code: {type: string}
    """,
    f"{CORE}/roles/agent.yaml": """
        role: agent
        may:
          person: {do: [create, read, update], columns: {salary: read}, rows: "name != 'hidden'"}
        functions: [search]
    """,
    f"{CORE}/roles/configurator.yaml": "role: configurator\nmay: {person: {do: [read]}}\nfunctions: [configure]\n",
    f"{CORE}/roles/administrator.yaml": f"""
        role: administrator
        may: {{person: {{do: [create, read, update, delete]}}}}
        functions: [configure, {APPROVES}]
    """,
    "affiliates/sn/layer.yaml": """
        layer: sn
        level: affiliate
        prefix: sn
        tiers: [core]
        locales: [fr]
        units: {dakar: {kind: region}, plateau: {kind: shop, parent: dakar}}
    """,
    "affiliates/sn/roles/agent.yaml": """
        role: agent
        may: {person: {columns: {salary: mask}, $why: Nobody in a shop needs it}}
    """,
    "affiliates/sn/entities/person.yaml": """
        entity: person
        attributes: {name: {max_length: 40, $why: The card prints forty}}
    """,
}
"""A configuration that is planned and applied in a moment."""


class Installed:
    """A folder of affiliates and a baseline, of the checkout or a small one, on a store of a test."""

    def __init__(self, folder: Path, store: Store, *, is_small: bool = False, affiliate: str = "sn") -> None:
        self.folder, self.store, self.is_small, self.affiliate = folder, store, is_small, affiliate
        self.keys = KeyRing.in_memory()
        self.fresh()

    def fresh(self) -> None:
        """Make the files those that it began with."""
        for name in ("affiliates", "baseline"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if not self.is_small:
                shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path, text in SMALL.items() if self.is_small else ():
            self.write(path, dedent(text).lstrip("\n"))

    @property
    def settings(self) -> Settings:
        """Those of the folder, where nothing is in force that was not applied."""
        values = {
            "BASELINE": "baseline/sidra_baseline",
            "PLUGINS": "" if self.is_small else PLUGINS,
            "HOME": "var",
            "RELEASES": "required",
        }
        return load_settings({f"SIDRA_{name}": value for name, value in values.items()}, self.folder)

    def releasing(self, now: datetime.datetime = NOW) -> Releasing:
        """The releases of the affiliate, as the files are now."""
        return Releasing(read_configuration(self.settings), self.affiliate, self.store, self.keys, lambda: now)

    def first(self) -> None:
        """Apply what the files say, as the first release."""
        releasing = self.releasing()
        releasing.apply(releasing.plan().proposed.name, OPERATOR, "the beginning")

    def runtime(self) -> Runtime:
        """What is in force, on the store."""
        loaded = self.releasing().live_loaded
        assert loaded is not None
        return Runtime(loaded.draft, self.store, lambda: NOW, keys=self.keys)

    def make(self, entity: str, **values: object) -> Record:
        """A new record."""
        return self.runtime().records(system_actor("test")).create(entity, values)

    def person(self, login: str, *roles: str) -> Actor:
        """A new person with some roles."""
        accounts = Accounts(self.store, access_tables_alone(), clock=lambda: NOW, passwords=FAST)
        made: Account = accounts.create(login, login.title(), PASSWORD, roles)
        return made.actor(self.affiliate)

    def edit(self, path: str, before: str, after: str) -> None:
        """Save a file in which something stands in the place of something else."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert before in text, f"{path} has no {before!r}"
        file.write_text(text.replace(before, after), encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        """Save a file."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def plan(self) -> Plan:
        """What it would mean to put in force what is saved, counted."""
        return self.releasing().plan()

    def propose(self, title: str, by: Actor) -> Proposal:
        """A proposal of what is saved."""
        return self.releasing().propose(title, by)


def item(plan: Plan, impact: Impact, path: str, word: str | None = None) -> Item:
    """The one change of a class at a path."""
    found = [one for one in plan.of(impact) if one.dotted == path and word in {None, one.word}]
    assert len(found) == 1, [(one.cls, one.dotted, one.word) for one in plan]
    return found[0]


def shown_rows(change: Item) -> int | None:
    """For how many records a page or command shows that a change is decided."""
    return change.rows.rows if change.rows is not None else None
