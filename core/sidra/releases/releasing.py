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
from sidra.errors import Forbidden
from sidra.privacy.keys import KeyRing
from sidra.releases.approvals import Approvals
from sidra.releases.canary import is_of_screens
from sidra.releases.claims import Claim, Claims
from sidra.releases.counting import counted
from sidra.releases.errors import LiveMoved, Refused, UnknownRevision
from sidra.releases.gating import demand_finished, demand_fitting, demand_quick, demand_reasons, gated, said
from sidra.releases.history import Figure, Release, Releases, live_of
from sidra.releases.pins import Files, demand_same_store, write_pin
from sidra.releases.plan import Plan
from sidra.releases.plan_showing import plan_for
from sidra.releases.planning import plan_of
from sidra.releases.proposals import APPLIED, OPEN, Proposal, Proposals
from sidra.releases.reading import Readings, good
from sidra.releases.revisions import shown
from sidra.releases.serving import lay_out
from sidra.releases.sources import Sources, sources_of
from sidra.releases.standing import LAPSES, Standing
from sidra.releases.tables import RELEASE, add_release_tables
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.codecs import encode_datetime
from sidra.store.database import Connection, Store
from sidra_metamodel.comparing.compare import reused
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.load import Loaded
from sidra_metamodel.nodes import Node

APPLY, ROLLBACK, END_TRIAL = "apply", "rollback", "trial_ended"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be put in force."""

    plan: Plan
    """As it was approved, or, of what needs no approval, as it is now."""
    sources: Sources
    live: Release | None
    """What it comes in the place of."""
    proposal: Proposal | None = None
    """None where nobody need approve."""
    commit: str = ""
    """Of what was released before, the commit of then; else that of the plan."""


@dataclass(frozen=True, slots=True)
class _Deed:
    """Who puts something in force, how and why."""

    kind: str
    by: Actor
    why: str
    units: tuple[str, ...] = ()


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
        self._entries, self._claims = Entries(store), Claims(store, clock)
        self._readings = Readings(self.settings, affiliate, self.releases)
        self._live: tuple[Release, Loaded] | None = None
        self._served: tuple[Loaded, Runtime] | None = None

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
        return good(self.configuration.load(self.affiliate, self._clock().date()), "what is saved")

    @property
    def live_loaded(self) -> Loaded | None:
        """What is in force at this moment; None where nothing was ever released. Raises Damaged."""
        live = self.releases.live()
        if live is None:
            return None
        if self._live is None or self._live[0] != live:
            self._live = live, self.load_release(live.revision, live.below, live.own)
        return self._live[1]

    def load_release(self, revision: str, below: str, own: str) -> Loaded:
        """Return what a revision says, from the files that the store keeps; raises Damaged where that is another."""
        return self._readings.of(Files(revision, below, own), self._clock().date())

    def plan(self, *, counts: bool = True) -> Plan:
        """Return what it would mean to put in force what is saved."""
        return self._planned(self.proposed_loaded, counts=counts)

    def _planned(self, proposed: Loaded, *, counts: bool) -> Plan:
        live = self.live_loaded
        plan = plan_of(live, proposed, self._touched(live, proposed))
        if not counts or live is None or plan.is_empty:
            return plan
        return counted(plan, live.draft, self._migrating(proposed, plan.proposed.name))

    def _touched(self, live: Loaded | None, proposed: Loaded) -> tuple[str, ...]:
        """Return the affiliates that a change concerns: all of them, where the baseline is another one."""
        same = live is not None and _below(live) == _below(proposed)
        return (self.affiliate,) if same else self.configuration.layers.affiliates

    def _migrating(self, loaded: Loaded, revision: str) -> Migrating:
        return Migrating(loaded.draft, self.store, self._keys, self._clock, goal=revision)

    def _runtime(self) -> Runtime:
        """Return the configuration in force, which says whose function it is to approve."""
        live = self.live_loaded
        if live is None:
            raise Refused("nothing was released yet", hint=f"run `sidra apply {self.affiliate}` first")
        if self._served is None or self._served[0] is not live:
            self._served = live, Runtime(live.draft, self.store, self._clock, keys=self._keys, bring="nothing")
        return self._served[1]

    def shown(self, plan: Plan, reader: Actor) -> Plan:
        """Return a plan as somebody may see it; raises Refused before the first release."""
        return plan_for(plan, reader, self._runtime())

    @property
    def approvals(self) -> Approvals:
        """The gates of the proposals; raises Refused before the first release."""
        return Approvals(self._runtime())

    def propose(self, title: str, by: Actor, *, to: str | None = None) -> Proposal:
        """Return a proposal of what is saved, with a plan that is counted; raises Refused and Forbidden.

        to: a release before the one in force, by its number or revision, that is proposed instead.
        """
        self._demand(by)
        if to is not None:
            wanted, _ = self._way_back(self._earlier(self.releases.live(), to))
            plan, sources = wanted.plan, wanted.sources
        else:
            plan, sources = self.plan(), sources_of(self.proposed_loaded.effective.stack)
        if plan.live is None:
            raise Refused("the first release needs no proposal", hint=f"run `sidra apply {self.affiliate}`")
        if plan.is_empty:
            raise Refused("this is in force already", hint="save a change first, or name another release")
        return self.proposals.propose(plan, sources, title, by)

    def _demand(self, by: Actor) -> None:
        """Raise Forbidden unless somebody may configure, and has an account that is open; OtherStore, see there."""
        demand_same_store(self.settings.home, self.affiliate, self.releases.all())
        if not by.is_system:
            with self.store.reading() as connection:
                self._demand_on(connection, by, self._runtime())

    def _demand_on(self, connection: Connection, by: Actor, runtime: Runtime) -> None:
        lapse = Standing(runtime).lapse(connection, by.id, CONFIGURE, "")
        if lapse or not runtime.profile(by.roles, by.scopes).may_use(CONFIGURE):
            reason = f"; {LAPSES[lapse]}" if lapse == "account" else ""
            raise Forbidden(f"this needs the function `{CONFIGURE}`{reason}", hint="ask somebody whose role has it")

    def apply(self, revision: str, by: Actor, why: str, units: tuple[str, ...] = ()) -> Release:
        """Put a revision in force and return its release; done twice, it is done once.

        Raises Claimed, Unfinished, UnknownRevision, LiveMoved, what `Approvals.demand` raises, NoReason, Forbidden,
        Invalid without a reason, and what keeps the database from being brought to it; what was in force before stays
        so then. units: only their people have it at first.
        """
        deed = _Deed(APPLY, by, said(why), units)
        self._demand(by)
        with self._claims.held(f"apply `{shown(revision)}`", by, revision) as claim:
            live, trial = self.releases.live(), self.releases.trial()
            for known in (live, trial):
                if known is not None and (known.revision, known.units) == (revision, units):
                    self.restore()
                    return known
            demand_finished(self.store, self.affiliate, revision)
            wanted = self._wanted(revision, live)
            loaded = self._laid_out(wanted)
            demand_reasons(loaded)
            now = self._planned(loaded, counts=True)
            if units:
                self._demand_trial(now, units)
            return self._put_in_force(claim, wanted, deed, loaded, now)

    def _put_in_force(self, claim: Claim, wanted: _Wanted, deed: _Deed, loaded: Loaded, now: Plan) -> Release:
        """Bring the database to a configuration that people may have, and record it as the release in force."""
        if wanted.proposal is not None:
            self.approvals.demand(wanted.proposal, now)
        if not deed.units:
            self._migrating(loaded, wanted.plan.proposed.name).apply()
        return self._record(claim, wanted, deed, loaded, now)

    def _demand_trial(self, plan: Plan, units: tuple[str, ...]) -> None:
        live = self.live_loaded
        if live is None:
            raise Refused("nothing was released yet that others would keep", hint="leave `--units` away")
        known = live.draft.layer.units
        unknown = [name for name in units if name not in known]
        if unknown:
            raise Refused(f"no unit `{unknown[0][:40]}`", hint=f"there are: {', '.join(sorted(known))}")
        if not is_of_screens(plan):
            hint = "leave `--units` away, or propose the screens alone"
            raise Refused("only what changes nothing but screens can be tried out by some units", hint=hint)

    def end_trial(self, by: Actor, why: str) -> Release:
        """Give those who try something out what the others have; return that as a release of its own.

        The proposal stays open. Raises Claimed, Forbidden, Invalid without a reason, and Refused where nobody does.
        """
        deed = _Deed(END_TRIAL, by, said(why))
        self._demand(by)
        with self._claims.held("end a trial", by) as claim:
            live, loaded = self.releases.live(), self.live_loaded
            if live is None or loaded is None or self.releases.trial() is None:
                raise Refused(
                    "nobody tries anything out", hint=f"`sidra releases {self.affiliate}` lists what there was"
                )
            plan = plan_of(loaded, loaded)
            wanted = _Wanted(plan, self.releases.sources(live.below, live.own), live, commit=live.commit)
            return self._record(claim, wanted, deed, loaded, plan)

    def _wanted(self, revision: str, live: Release | None) -> _Wanted:
        if live is None:
            plan = self.plan()
            if plan.proposed.name != revision:
                reason = f"what is saved is `{shown(plan.proposed.name)}`, not `{shown(revision)}`"
                raise UnknownRevision(reason, hint="plan again")
            return _Wanted(plan, sources_of(self.proposed_loaded.effective.stack), None)
        proposal = self.proposals.of_revision(revision)
        if proposal is None:
            hint = f'`sidra plan {self.affiliate} --propose "…"` proposes what is saved'
            raise UnknownRevision(f"nobody has proposed `{shown(revision)}`", hint=hint)
        if proposal.live != live.revision or proposal.state != OPEN:
            reason = f"`{shown(live.revision)}` is in force since {live.at:%Y-%m-%d %H:%M} UTC, after this was proposed"
            raise LiveMoved(reason, hint="plan and propose it again: it is another change now")
        sources = self.releases.sources(proposal.below, proposal.own)
        return _Wanted(proposal.plan, sources, live, proposal, proposal.commit)

    def _laid_out(self, wanted: _Wanted) -> Loaded:
        """Return what is to be in force, from the files that it is served from."""
        revision, sources = wanted.plan.proposed.name, wanted.sources
        below, own = sources.below.digest, sources.own.digest
        lay_out(self.settings.home, self.affiliate, sources)
        return self.load_release(revision, below, own)

    def _record(self, claim: Claim, wanted: _Wanted, deed: _Deed, loaded: Loaded, plan: Plan) -> Release:
        """Add the release, in one transaction with a last look at all that lets it: `plan` is what was counted now."""
        live, now = wanted.live, self._clock()
        below, own = wanted.sources.below.digest, wanted.sources.own.digest
        made = replace(wanted.plan.proposed, commit=wanted.commit or wanted.plan.proposed.commit)
        head = (0, made.name, made.baseline, made.commit, below, own, wanted.plan.digest, now)
        release = Release(*head, deed.kind, deed.by.id, deed.by.name, deed.why, deed.units)
        figure = Figure(*reused(loaded.effective))
        approvals = self.approvals if wanted.proposal is not None else None
        runtime = None if deed.by.is_system else self._runtime()

        def write(connection: Connection) -> Release:
            self._claims.keep(connection, claim)
            there = live_of(self.releases.all_on(connection))
            if (there.number if there else 0) != (live.number if live else 0):
                raise LiveMoved("somebody else has just put something in force", hint="plan it again")
            if runtime is not None:
                self._demand_on(connection, deed.by, runtime)
            if wanted.proposal is not None and approvals is not None:
                approvals.demand_on(connection, wanted.proposal, plan)
            self.releases.keep(connection, wanted.sources)
            done = self.releases.add(connection, release, wanted.plan, figure)
            if wanted.proposal is not None and not deed.units:
                self.proposals.close(connection, wanted.proposal.id, APPLIED)
            told = (f"revision {made.name}", f"plan {wanted.plan.digest}", f"number {done.number}")
            at, action = encode_datetime(now), f"release_{deed.kind}"
            self._entries.write(connection, action, deed.by, at, about=RELEASE, reason=deed.why, said=told)
            return done

        done = self.store.transact(write)
        self.restore()
        return done

    def restore(self) -> Release | None:
        """Write again, from what the store keeps, the files that servers read; return what is in force."""
        live, trial = self.releases.live(), self.releases.trial()
        for release in (live, trial):
            if release is not None:
                sources = self.releases.sources(release.below, release.own)
                lay_out(self.settings.home, self.affiliate, sources)
        if live is not None:
            write_pin(self.settings.home, self.affiliate, live, trial)
        return live

    def rollback(self, to: str | None, by: Actor, why: str) -> Release:
        """Put an earlier release in force again, the one before unless another is named, and return it as a new one.

        Where that widens rights, breaks the API or concerns what is kept, it needs the approvals that `apply` needs.
        Raises what `apply` raises, Unfinished where a migration was begun and not ended, and NoWayBack where the
        database would have to move values for it.
        """
        deed = _Deed(ROLLBACK, by, said(why))
        self._demand(by)
        with self._claims.held(f"go back to `{to}`" if to is not None else "go back", by) as claim:
            live = self.releases.live()
            earlier = self._earlier(live, to)
            if live is not None and earlier.revision == live.revision:
                self.restore()
                return live
            demand_finished(self.store, self.affiliate, earlier.revision)
            wanted, loaded = self._way_back(earlier)
            with self.store.apart() as connection:
                demand_fitting(self._migrating(loaded, earlier.revision).changes(connection))
            demand_reasons(loaded)
            return self._put_in_force(claim, self._let_back(wanted, earlier), deed, loaded, wanted.plan)

    def _way_back(self, earlier: Release) -> tuple[_Wanted, Loaded]:
        """Return an earlier release as what is to be in force, with its plan as it is now."""
        loaded = self.load_release(earlier.revision, earlier.below, earlier.own)
        plan = self._planned(loaded, counts=True)
        plan = replace(plan, proposed=replace(plan.proposed, commit=earlier.commit))
        sources = self.releases.sources(earlier.below, earlier.own)
        return _Wanted(plan, sources, self.releases.live(), commit=earlier.commit), loaded

    def _let_back(self, wanted: _Wanted, earlier: Release) -> _Wanted:
        """Return the same with the proposal that lets it, where it needs one; raises NotApproved without one."""
        proposal = self.proposals.of_revision(earlier.revision)
        is_asked = proposal is not None and proposal.state == OPEN
        if proposal is None or not is_asked or wanted.live is None or proposal.live != wanted.live.revision:
            demand_quick(wanted.plan, earlier.number)
            return wanted
        return replace(wanted, plan=proposal.plan, proposal=proposal) if gated(wanted.plan) else wanted

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


def _below(loaded: Loaded) -> Mapping[Key, object]:
    """Return what the layers below regions and affiliates say."""
    found: dict[Key, object] = {}
    for folder in loaded.effective.stack.folders:
        if folder.rank <= 1:
            for document in folder.documents:
                node: Node = document.node
                found[f"{folder.name} {document.kind}", document.name] = node.source.text
    return found
