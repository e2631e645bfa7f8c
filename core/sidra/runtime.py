"""What a Model becomes for speed: tables, statements, readers, validators, compiled when they are first needed."""

from __future__ import annotations

import copy
import datetime
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import sqlalchemy as sa

from sidra.access.actor import Actor, system_actor
from sidra.access.grants import AccessProfile, compile_access
from sidra.access.scopes import NarrowedProfile, Scopes
from sidra.access.tables import access_tables, access_tables_alone
from sidra.access.throttle import Lookups
from sidra.access.units import Units
from sidra.audit.journal import Journal
from sidra.audit.tables import AuditTables, audit_tables
from sidra.bulk.runs import BulkRuns
from sidra.bulk.tables import bulk_tables
from sidra.clock import Clock, utc_now
from sidra.comments.service import Comments
from sidra.comments.tables import comment_tables
from sidra.connectors.service import Connectors
from sidra.drafts.sending import Sent
from sidra.drafts.service import Drafts
from sidra.drafts.tables import draft_table
from sidra.errors import NotFound
from sidra.events.tables import event_tables
from sidra.exports.runs import ExportRuns
from sidra.exports.tables import export_tables
from sidra.files.service import Files
from sidra.files.tables import file_tables
from sidra.identity.pairs import Pairs
from sidra.identity.tables import identity_tables
from sidra.identity.tombstones import Tombstones
from sidra.interfaces.tables import feed_tables
from sidra.jobs.outbox import Outbox
from sidra.jobs.tables import job_tables
from sidra.live.notifications import Notifications
from sidra.live.presence import Presence
from sidra.live.signals import Signals
from sidra.live.tables import live_tables
from sidra.preferences.saved_views import SavedViews
from sidra.preferences.settings import PreferenceStatements
from sidra.preferences.tables import preference_tables
from sidra.privacy.keys import KeyRing
from sidra.privacy.persons import Persons
from sidra.privacy.tables import privacy_tables
from sidra.queues.people import People
from sidra.records.backfill import backfill
from sidra.records.bounded import Bounded
from sidra.records.compiled import CompiledEntity
from sidra.records.dependants import Dependants
from sidra.records.policies import statement_context
from sidra.records.service import Records
from sidra.records.views import View
from sidra.records.work import UnitOfWork, Working
from sidra.releases.tables import release_tables
from sidra.rules.engine import RuleSet
from sidra.store.codecs import EPOCH, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.failures import again
from sidra.store.fences import kept_fences
from sidra.store.own_tables import store_tables
from sidra.store.schema.drift import Drift, drift
from sidra.store.schema.evolve import evolve
from sidra.store.schema.shape import Wanted
from sidra.store.tables import Tables, build_tables
from sidra_metamodel.expressions import Environment, compile_python
from sidra_metamodel.model import Model

if TYPE_CHECKING:
    from sidra.events.service import Events

MAX_PROFILES = 256
"""Sets of roles that people really have are few; the bound holds against a client that invents them."""

MINUTE = datetime.timedelta(minutes=1)

TOPICS: tuple[Callable[[sa.MetaData], object], ...] = (
    access_tables,
    bulk_tables,
    comment_tables,
    draft_table,
    event_tables,
    export_tables,
    feed_tables,
    file_tables,
    identity_tables,
    job_tables,
    live_tables,
    preference_tables,
    privacy_tables,
    release_tables,
)
"""The tables of other topics that live in the affiliate's store."""

Result = TypeVar("Result")
Compute = Callable[[Environment], Any]


Bring = Literal["changes", "anew", "nothing"]
"""To what a store is brought: to what changed since it was last, to everything as if it never was, or to nothing."""


def tables_of(model: Model, store: Store, earlier: Runtime | None = None) -> tuple[Tables, AuditTables]:
    """Return all tables of a Model in a store, and among them those of the audit."""
    fences = kept_fences(store)
    if earlier is not None:
        return build_tables(model, earlier.tables, earlier.tables.metadata, fences), earlier.audit_tables
    own, audit = model.memory.of(("own tables", type(store)), lambda: _own_tables(store))
    return build_tables(model, None, own, fences), audit


def _own_tables(store: Store) -> tuple[sa.MetaData, AuditTables]:
    """Return the tables of the program, which all stores of a kind have, and among them those of the audit."""
    metadata = store_tables(sa.MetaData())
    store.texts.add_tables(metadata)
    for add_tables in TOPICS:
        add_tables(metadata)
    return metadata, audit_tables(metadata)


class Runtime:
    """One affiliate's Model on its store; immutable but for its caches, so a request keeps the one it began with."""

    def __init__(
        self,
        model: Model,
        store: Store,
        clock: Clock = utc_now,
        earlier: Runtime | None = None,
        keys: KeyRing | None = None,
        bring: Bring = "changes",
    ) -> None:
        """Bring the store to the Model's tables; raises SchemaMismatch where it cannot, and then nothing changed.

        What `earlier` has in common with this one is taken over from it. Without `keys`, what is sealed is lost when
        the process ends.
        """
        self.model = model
        self.store = store
        self.clock = clock
        known = keys if keys is not None else earlier.keys if earlier is not None else KeyRing.in_memory()
        self.keys: KeyRing = known.of(model.affiliate)
        # A minute of UTC is of one date in every zone, and most requests are of the last one.
        self._minute = (EPOCH, EPOCH, EPOCH.date())
        self.tables, self.audit_tables = tables_of(model, store, earlier)
        self.persons = Persons(store, self.keys, clock)
        self.audit = Journal(model, store, self.audit_tables, self.persons)
        self.lookups = Lookups(store, access_tables_alone(), self.audit)
        self.outbox = Outbox(store)
        self.signals = Signals(store)
        self._lock = threading.Lock()
        self._entities: dict[str, CompiledEntity] = {}
        self._rules: dict[str, RuleSet] = {}
        self._computed: dict[tuple[str, str], Compute] = {}
        self._profiles: Bounded[object, AccessProfile] = Bounded(MAX_PROFILES)
        self._views: Bounded[tuple[object, str], View] = Bounded(MAX_PROFILES * 16)
        self.drift = self._bring(bring, is_first=earlier is None)

    def _bring(self, bring: Bring, *, is_first: bool) -> Drift:
        """Return what somebody else did to the store, after bringing it to the Model."""
        if bring == "nothing":
            return Drift()
        wanted, at = Wanted.of(self.model, self.tables), encode_datetime(self.clock())
        is_new = evolve(self.store, wanted, at, lambda *added: backfill(self, *added), anew=bring == "anew")
        if is_new or not is_first:
            return Drift()
        with self.store.reading() as connection:
            found = drift(self.store, connection, wanted)
        found.refuse()
        return found

    @property
    def affiliate(self) -> str:
        """The affiliate's name."""
        return self.model.affiliate

    def at(self, clock: Clock) -> Runtime:
        """Return the same Runtime by another clock, for records that are made as of another moment."""
        other = copy.copy(self)
        other.clock = clock
        return other

    def now(self) -> datetime.datetime:
        """Return the present moment in UTC, by this Runtime's clock."""
        return self.clock()

    def today(self, now: datetime.datetime) -> datetime.date:
        """Return the date of a moment in the affiliate's zone."""
        begins, ends, day = self._minute
        if not begins <= now < ends:
            begins = now.astimezone(datetime.UTC).replace(second=0, microsecond=0)
            day = begins.astimezone(self.model.time_zone).date()
            self._minute = (begins, begins + MINUTE, day)
        return day

    @cached_property
    def affiliate_values(self) -> Mapping[str, str]:
        """The members of `affiliate` in expressions."""
        return MappingProxyType(
            {
                "name": self.model.affiliate,
                "currency": self.model.currency,
                "locale": self.model.locales[0],
                "time_zone": str(self.model.time_zone),
            }
        )

    def statement_context(self, actor: Actor, now: datetime.datetime) -> dict[str, Any]:
        """Return what an expression in a statement sees, as parameters."""
        return statement_context(actor, now, self.today(now), self.affiliate_values, self.store.dialect.name)

    def entity(self, name: str) -> CompiledEntity:
        """Return a compiled entity; raises NotFound for a name that is none."""
        found = self._entities.get(name)
        if found is None:
            table = self.tables.entities.get(name)
            if table is None:
                raise NotFound(f"no entity `{name[:60]}`", hint="see the reference of entities")
            with self._lock:
                found = self._entities.setdefault(name, CompiledEntity(self.model, self.store, table, self.keys))
        return found

    def profile(self, roles: frozenset[str], scopes: Scopes | None = None) -> AccessProfile:
        """Return what a set of roles may do, or what some scopes of a token leave of it."""
        if scopes is None:
            return self._profiles.get(roles, lambda: compile_access(self.model, roles))
        return self._profiles.get((roles, scopes), lambda: NarrowedProfile(self.model, roles, scopes))

    @cached_property
    def system_actor(self) -> Actor:
        """The program itself, as rules see it."""
        return system_actor("rules", affiliate=self.affiliate)

    def view(self, entity: str, profile: AccessProfile) -> View:
        """Return an entity as a set of roles sees it; raises NotFound for a name that is none."""
        return self._views.get((profile.key, entity), lambda: View(self, self.entity(entity), profile))

    def rules(self, entity: str) -> RuleSet:
        """Return the rules of an entity."""
        found = self._rules.get(entity)
        if found is None:
            found = self._rules.setdefault(entity, RuleSet(self.model, self.model.entity(entity)))
        return found

    def computed(self, entity: str, attribute: str) -> Compute:
        """Return the function that computes an attribute; raises KeyError for one that is not computed."""
        found = self._computed.get((entity, attribute))
        if found is None:
            computation = self.model.entity(entity).attributes[attribute].compute
            if computation is None or computation.by is None:
                raise KeyError(attribute)
            made = compile_python(self.model.expression(computation.by), self.model.functions)
            found = self._computed.setdefault((entity, attribute), made)
        return found

    @cached_property
    def tombstones(self) -> Tombstones:
        """The records that were merged into others."""
        return Tombstones(self)

    @cached_property
    def connectors(self) -> Connectors:
        """The other systems that are asked."""
        return Connectors(self.model)

    @cached_property
    def events(self) -> Events:
        """What happened as TM Forum names it, and who wants to be told."""
        from sidra.events.service import Events  # noqa: PLC0415 - the API stands on a Runtime

        return Events(self)

    @cached_property
    def notifications(self) -> Notifications:
        """What persons are told of."""
        return Notifications(self.store)

    @cached_property
    def presence(self) -> Presence:
        """Who has which record open."""
        return Presence(self.store)

    @cached_property
    def pairs(self) -> Pairs:
        """The records that may be one thing, pair by pair."""
        return Pairs(self.store)

    @cached_property
    def people(self) -> People:
        """Whoever has an account."""
        return People(self.store)

    @cached_property
    def comments(self) -> Comments:
        """What people wrote about records."""
        return Comments(self.store)

    @cached_property
    def files(self) -> Files:
        """The files in attributes of records."""
        return Files(self.store)

    @cached_property
    def sent(self) -> Sent:
        """The forms that have made a record."""
        return Sent(self.store)

    @cached_property
    def drafts(self) -> Drafts:
        """What people have entered in forms and not saved."""
        return Drafts(self.store)

    @cached_property
    def bulk(self) -> BulkRuns:
        """The changes to many records at once."""
        return BulkRuns(self.store)

    @cached_property
    def exports(self) -> ExportRuns:
        """The lists that are made into files."""
        return ExportRuns(self.store)

    @cached_property
    def preferences(self) -> PreferenceStatements:
        """What people have set, by account and key; `Preferences` reads and writes it."""
        return PreferenceStatements(self.store)

    @cached_property
    def saved_views(self) -> SavedViews:
        """The selections of lists that people have saved."""
        return SavedViews(self.store)

    @cached_property
    def units(self) -> Units:
        """The regions, shops and teams, and what stands below each."""
        return Units(self.model.layer.units)

    @cached_property
    def dependants(self) -> Dependants:
        """Which stored computed attributes follow from which attributes of other records."""
        return Dependants(self.model)

    def records(self, actor: Actor) -> Records:
        """Return the records as an actor sees them now."""
        return Records(self, actor)

    def system_records(self, connection: Connection | None, now: datetime.datetime) -> Records:
        """Return the records as the program itself sees them, at a moment, on a connection."""
        records = Records(self, self.system_actor, connection)
        records.now = now
        return records

    def unit_of_work(self, actor: Actor) -> Working:
        """Open a transaction: what is written in it is kept together at its end, or not at all when anything raises."""
        return Working(self, actor)

    def transact(
        self,
        actor: Actor,
        function: Callable[[UnitOfWork], Result],
        *,
        gathers: bool = False,
        patience: float = 0.0,
    ) -> Result:
        """Return what a function gives that runs in one unit of work; where that collides with others, it runs again.

        gathers: new rows wait for each other, see `UnitOfWork`; raises NotAdded where one of them cannot be added.

        What the function does beside writing in its unit, such as sending, belongs into `after_commit`. It is tried a
        few times, and for `patience` seconds at least.
        """

        def attempt() -> Result:
            with Working(self, actor, gathers=gathers) as unit:
                return function(unit)

        return again(attempt, patience=patience)

    def planning(self, actor: Actor, connection: Connection) -> UnitOfWork:
        """Return a unit of work that only plans, on a connection to read with."""
        return UnitOfWork(self, actor, connection, writes=False)
