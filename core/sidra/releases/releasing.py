"""Puts an affiliate's configuration in force, and back: what is saved, against what was released last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sidra.access.actor import Actor
from sidra.access.functions import CONFIGURE
from sidra.affiliates.migrating import Migrating
from sidra.affiliates.opening import open_store
from sidra.affiliates.places import place_of
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.configuration import Configuration, read_configuration
from sidra.errors import Forbidden, NotServed
from sidra.privacy.keys import KeyRing
from sidra.releases.approvals import Approvals
from sidra.releases.counting import counted
from sidra.releases.errors import (
    Damaged,
    LiveMoved,
    NotApproved,
    NoWayBack,
    Refused,
    RunOut,
    Undecided,
    UnknownRevision,
)
from sidra.releases.history import Release, Releases, live_of
from sidra.releases.plan import Impact, Plan
from sidra.releases.planning import expired_in, plan_of
from sidra.releases.proposals import APPLIED, OPEN, Proposal, Proposals
from sidra.releases.revisions import revision_of
from sidra.releases.serving import lay_out, place_of_release, write_pin
from sidra.releases.sources import Sources, sources_of
from sidra.releases.tables import RELEASE, add_release_tables
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.codecs import encode_datetime
from sidra.store.database import Connection, Store
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Node

APPLY, ROLLBACK = "apply", "rollback"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be put in force."""

    plan: Plan
    sources: Sources
    proposal: Proposal | None = None


class Releasing:
    """The releases of one affiliate of an installation."""

    def __init__(
        self, configuration: Configuration, affiliate: str, store: Store, keys: KeyRing, clock: Clock = utc_now
    ) -> None:
        self.configuration, self.affiliate, self.store = configuration, affiliate, store
        self.settings: Settings = configuration.settings
        self._keys, self._clock = keys, clock
        add_release_tables(store)
        self.releases, self.proposals = Releases(store), Proposals(store, clock)
        self._entries = Entries(store)

    @staticmethod
    def of(
        settings: Settings, affiliate: str, runtime: Runtime | None = None, *, folder: Path | None = None
    ) -> Releasing:
        """Return those of an affiliate; raises UnknownAffiliate, and StoreError for its store.

        runtime: what serves it, whose store is shared. folder: where the affiliate's layer is read from instead.
        """
        if folder is not None:
            others = tuple(one for one in settings.affiliates if one.name != folder.name)
            settings = replace(settings, affiliates=(*others, folder))
        configuration = read_configuration(settings)
        configuration.layers.affiliate(affiliate)
        if runtime is not None:
            return Releasing(configuration, affiliate, runtime.store, runtime.keys, runtime.clock)
        store = open_store(place_of(configuration.layers, affiliate, settings), settings)
        return Releasing(configuration, affiliate, store, KeyRing.open(settings.key_file))

    @cached_property
    def proposed_loaded(self) -> Loaded:
        """What the files say that are saved; raises NotServed where something is wrong with them."""
        return self._good(self.configuration.load(self.affiliate, self._clock().date()), "what is saved")

    @cached_property
    def live_loaded(self) -> Loaded | None:
        """What is in force; None where nothing was ever released. Raises Damaged."""
        live = self.releases.live()
        return None if live is None else self.load_release(live.revision, live.below, live.own)

    def load_release(self, revision: str, below: str, own: str) -> Loaded:
        """Return what a revision says, from the files that the store keeps; raises Damaged where that is another."""
        home = self.settings.home
        try:
            place = place_of_release(home, self.affiliate, revision, below, own)
        except Damaged:
            lay_out(home, self.affiliate, revision, self.releases.sources(below, own))
            place = place_of_release(home, self.affiliate, revision, below, own)
        settings = replace(self.settings, baseline=place.baseline, affiliates=place.layers)
        return self._good(read_configuration(settings).load(self.affiliate, self._clock().date()), revision)

    def _good(self, loaded: Loaded, what: str) -> Loaded:
        if loaded.model is None:
            found = next(one for one in loaded.diagnostics if one.severity == "error")
            hint = f"run `sidra check {self.affiliate}`"
            raise NotServed(f"{what} of `{self.affiliate}` is broken: {found.message}", code=found.code, hint=hint)
        return loaded

    def plan(self, *, counts: bool = True) -> Plan:
        """Return what it would mean to put in force what is saved."""
        return self._planned(self.proposed_loaded, counts=counts)

    def _planned(self, proposed: Loaded, *, counts: bool) -> Plan:
        live = self.live_loaded
        plan = plan_of(live, proposed, self._touched(live, proposed))
        if not counts or live is None or plan.is_empty:
            return plan
        return counted(plan, live.draft, self._migrating(proposed))

    def _touched(self, live: Loaded | None, proposed: Loaded) -> tuple[str, ...]:
        """Return the affiliates that a change concerns: all of them, where the baseline is another one."""
        same = live is not None and _below(live) == _below(proposed)
        return (self.affiliate,) if same else self.configuration.layers.affiliates

    def _migrating(self, loaded: Loaded) -> Migrating:
        return Migrating(loaded.draft, self.store, self._keys, self._clock)

    def _runtime(self) -> Runtime:
        """Return the configuration in force, which says whose function it is to approve."""
        live = self.live_loaded
        if live is None:
            raise Refused("nothing was released yet", hint=f"run `sidra apply {self.affiliate}` first")
        return Runtime(live.draft, self.store, self._clock, keys=self._keys, bring="nothing")

    @property
    def approvals(self) -> Approvals:
        """The gates of the proposals; raises Refused before the first release."""
        return Approvals(self._runtime())

    def propose(self, title: str, by: Actor) -> Proposal:
        """Return a proposal of what is saved, with a plan that is counted; raises Refused and Forbidden."""
        self._demand(by)
        plan = self.plan()
        if plan.live is None:
            raise Refused("the first release needs no proposal", hint=f"run `sidra apply {self.affiliate}`")
        if plan.is_empty:
            raise Refused("what is saved is in force already", hint="save a change first")
        return self.proposals.propose(plan, sources_of(self.proposed_loaded.effective.stack), title, by)

    def _demand(self, by: Actor) -> None:
        if not by.is_system and not self._runtime().profile(by.roles, by.scopes).may_use(CONFIGURE):
            raise Forbidden(f"this needs the function `{CONFIGURE}`", hint="ask somebody whose role has it")

    def apply(self, revision: str, by: Actor, why: str, units: tuple[str, ...] = ()) -> Release:
        """Put a revision in force and return its release; done twice, it is done once.

        Raises UnknownRevision, LiveMoved, NotApproved, Undecided, RunOut, Forbidden and what keeps the database from
        being brought to it; what was in force before stays so then. units: only their people have it at first.
        """
        self._demand(by)
        live = self.releases.live()
        if live is not None and live.revision == revision:
            self.restore()
            return live
        wanted = self._wanted(revision, live)
        loaded = self._laid_out(wanted)
        self._check(wanted, loaded, units)
        if not units:
            self._migrating(loaded).apply()
        return self._record(wanted, by, why, APPLY, live, units)

    def _wanted(self, revision: str, live: Release | None) -> _Wanted:
        if live is None:
            plan = self.plan()
            if plan.proposed.name != revision:
                raise UnknownRevision(f"what is saved is `{plan.proposed.name}`, not `{revision}`", hint="plan again")
            return _Wanted(plan, sources_of(self.proposed_loaded.effective.stack))
        proposal = self.proposals.of_revision(revision)
        if proposal is None:
            hint = f'`sidra plan {self.affiliate} --propose "…"` proposes what is saved'
            raise UnknownRevision(f"nobody has proposed `{revision}`", hint=hint)
        if proposal.live != live.revision or proposal.state != OPEN:
            reason = f"`{live.revision}` is in force since {live.at:%Y-%m-%d %H:%M} UTC, after this was proposed"
            raise LiveMoved(reason, hint="plan and propose it again: it is another change now")
        return _Wanted(proposal.plan, self.releases.sources(proposal.below, proposal.own), proposal)

    def _laid_out(self, wanted: _Wanted) -> Loaded:
        """Return what is to be in force, from the files that it is served from."""
        revision, sources = wanted.plan.proposed.name, wanted.sources
        below, own = sources.below.digest, sources.own.digest
        lay_out(self.settings.home, self.affiliate, revision, sources)
        loaded = self.load_release(revision, below, own)
        if revision_of(loaded).name != revision:
            reason = f"the files of `{revision}` say something else than was proposed"
            raise Damaged(reason, hint="propose it again; another version of Sidra may read them otherwise")
        return loaded

    def _check(self, wanted: _Wanted, loaded: Loaded, units: tuple[str, ...]) -> None:
        proposal, expired = wanted.proposal, tuple(expired_in(loaded))
        if expired:
            raise RunOut("; ".join(f"{one.says} ({one.place})" for one in expired), hint=expired[0].way_out)
        if proposal is None:
            return
        approvals = self.approvals
        shut = [gate for gate in approvals.gates(proposal) if gate.state != "approved"]
        if shut:
            said = ", ".join(f"`{gate.function}` {gate.state}" for gate in shut)
            raise NotApproved(f"not everybody has approved: {said}", hint="ask people whose roles have these functions")
        decided = approvals.decisions(proposal)
        now = self._planned(loaded, counts=True)
        left = [item for item in now if item.blocks and item.key not in decided]
        if left:
            said = "; ".join(f"{item.dotted}: {item.rows.rows if item.rows else 0} records" for item in left)
            raise Undecided(f"nobody has decided what becomes of the records: {said}", hint=left[0].way_out)
        if units and not is_of_screens(now):
            hint = "leave `--units` away, or propose the screens alone"
            raise Refused("only what changes nothing but screens can be tried out by some units", hint=hint)

    def _record(
        self,
        wanted: _Wanted,
        by: Actor,
        why: str,
        kind: str,
        live: Release | None,
        units: tuple[str, ...] = (),
    ) -> Release:
        plan, now = wanted.plan, self._clock()
        below, own = wanted.sources.below.digest, wanted.sources.own.digest
        made = plan.proposed
        release = Release(
            0, made.name, made.baseline, made.commit, below, own, plan.digest, now, kind, by.id, by.name, why, units
        )

        def write(connection: Connection) -> Release:
            there = live_of(self.releases.all_on(connection))
            if (there.number if there else 0) != (live.number if live else 0):
                raise LiveMoved("somebody else has just put something in force", hint="plan it again")
            self.releases.keep(connection, wanted.sources)
            done = self.releases.add(connection, release, plan)
            if wanted.proposal is not None and not units:
                self.proposals.close(connection, wanted.proposal.id, APPLIED)
            said = (f"revision {made.name}", f"plan {plan.digest}", f"number {done.number}")
            at = encode_datetime(now)
            self._entries.write(connection, f"release_{kind}", by, at, about=RELEASE, reason=why, said=said)
            return done

        done = self.store.transact(write)
        self.restore()
        self.__dict__.pop("live_loaded", None)
        return done

    def restore(self) -> Release | None:
        """Write again, from what the store keeps, the files that servers read; return what is in force."""
        live, trial = self.releases.live(), self.releases.trial()
        for release in (live, trial):
            if release is not None:
                sources = self.releases.sources(release.below, release.own)
                lay_out(self.settings.home, self.affiliate, release.revision, sources)
        if live is not None:
            write_pin(self.settings.home, self.affiliate, live, trial)
        return live

    def rollback(self, to: str | None, by: Actor, why: str) -> Release:
        """Put an earlier release in force again, the one before unless another is named, and return it as a new one.

        Raises UnknownRevision, Forbidden, and NoWayBack where the database would have to move values for it.
        """
        self._demand(by)
        live = self.releases.live()
        earlier = self._earlier(live, to)
        if live is not None and earlier.revision == live.revision:
            self.restore()
            return live
        loaded = self.load_release(earlier.revision, earlier.below, earlier.own)
        migrating = self._migrating(loaded)
        with self.store.apart() as connection:
            waiting = migrating.changes(connection).waiting
        if waiting:
            hint = "go on from what is in force: propose what undoes the change"
            raise NoWayBack("; ".join(change.says for change in waiting), hint=hint)
        plan = self._planned(loaded, counts=False)
        migrating.apply()
        wanted = _Wanted(plan, self.releases.sources(earlier.below, earlier.own))
        return self._record(wanted, by, why, ROLLBACK, live)

    def _earlier(self, live: Release | None, to: str | None) -> Release:
        known = [one for one in self.releases.all() if not one.units]
        if to is None:
            found = next((one for one in known if live is not None and one.revision != live.revision), None)
        else:
            found = next((one for one in known if to in {one.revision, str(one.number)}), None)
        if found is None:
            wanted = f"`{to}`" if to is not None else "before the one in force"
            raise UnknownRevision(f"no release {wanted}", hint=f"`sidra releases {self.affiliate}` lists them")
        return found

    def close(self) -> None:
        """Close the store, where nobody else has it."""
        self.store.close()


SCREEN_KINDS = frozenset({"screen", "menu", "tour"})
SCREEN_WORDS = frozenset({"label", "plural", "label_new", "help", "hidden", "group", "widget", "icon", "title"})


def is_of_screens(plan: Plan) -> bool:
    """Tell whether a plan changes what people see, and nothing of what is kept or allowed."""
    return all(
        item.cls is Impact.SAFE and (item.kind in SCREEN_KINDS or (item.path and SCREEN_WORDS & set(item.path[:4])))
        for item in plan
    )


def _below(loaded: Loaded) -> Mapping[Key, object]:
    """Return what the layers below regions and affiliates say."""
    found: dict[Key, object] = {}
    for folder in loaded.effective.stack.folders:
        if folder.rank <= 1:
            for document in folder.documents:
                node: Node = document.node
                found[f"{folder.name} {document.kind}", document.name] = node.source.text
    return found
