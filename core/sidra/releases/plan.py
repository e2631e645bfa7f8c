"""A plan: what it would mean to put another configuration in force, change by change; plain values for all readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

import orjson

from sidra.access.functions import APPROVE_ACCESS, APPROVE_API, APPROVE_DATA, CONFIGURE
from sidra_metamodel.explaining.differences import Reason
from sidra_metamodel.nodes import Place

DIGEST_BYTES: Final = 32
"""So many that nobody can make another plan with the same digest."""
WHEN_SAVED: Final = "when_saved"
"""Each record is corrected when it is next saved."""
ACCEPT: Final = "accept"
"""What the change does to the records is wanted."""
TOLD: Final = "told"
"""The clients of the API were told: an answer that is given in words."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("required", "narrower", "value_gone", "rule"), (WHEN_SAVED,)),
        **dict.fromkeys(("retention", "gone", "type_changed", "converted", "values_converted", "step_gone"), (ACCEPT,)),
        **dict.fromkeys(
            (
                "resource_gone",
                "operation_gone",
                "output_gone",
                "output_type",
                "output_narrowed",
                "input_required",
                "input_ignored",
                "input_closed",
            ),
            (TOLD,),
        ),
    }
)
"""What may become of the records that a change concerns, by its word."""


class Impact(StrEnum):
    """What a change touches, in the order in which people read a plan."""

    WIDENED = "widened"
    """Somebody may do or see what they might not."""
    API = "api"
    """Clients of the API meet another contract."""
    DESTRUCTIVE = "destructive"
    """What is kept is converted or set aside."""
    DATA = "data"
    """Records that are there may not fulfil what they then must."""
    PROCESS = "process"
    """Records stand where a step was that goes."""
    SAFE = "safe"
    """None of these."""


GATES: Final[Mapping[Impact, str]] = MappingProxyType(
    {
        Impact.WIDENED: APPROVE_ACCESS,
        Impact.API: APPROVE_API,
        Impact.DESTRUCTIVE: APPROVE_DATA,
        Impact.DATA: APPROVE_DATA,
        Impact.PROCESS: CONFIGURE,
        Impact.SAFE: CONFIGURE,
    }
)
"""The function of who must approve a change of each sort."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many records a change concerns."""

    rows: int | None
    """None where this reader may not learn it: see `sidra.releases.plan_showing`."""
    total: int | None = None
    """Of how many."""
    examples: tuple[str, ...] = ()
    """The ids of a few of them."""
    about: tuple[tuple[str, str], ...] = ()
    """The entities whose records were counted, each with a member that it was asked about; none: only for how many."""

    @property
    def is_told(self) -> bool:
        """Whether this reader learns the number."""
        return self.rows is not None


@dataclass(frozen=True, slots=True)
class Item:
    """One change and what it means."""

    cls: Impact
    kind: str
    document: str
    path: tuple[str, ...]
    """The names below the document; none for a document as a whole."""
    was: str | None
    """As YAML on one line; None for what is new."""
    now: str | None
    """None for what goes."""
    word: str
    """What it does, as a key that screens have a sentence for: see `WORDS`."""
    subject: str = ""
    """What the sentence speaks of: a member, an action, a function."""
    role: str = ""
    """Who gains by it."""
    level: str = "L0"
    """How far the overlay goes there; L0 for a change of the baseline."""
    reason: Reason = field(default_factory=Reason)
    place: Place | None = None
    """Where the configuration says so: of what goes, where it said so."""
    rows: Count | None = None
    """None where nothing is to count, or was not counted."""
    blocks: bool = False
    """Whether somebody must decide first what becomes of the records that it concerns."""
    gains: tuple[str, ...] = ()
    """The names of the first people who gain by it, for readers who may see accounts; kept nowhere."""

    @property
    def key(self) -> str:
        """What names the change in its plan."""
        return f"{self.kind}:{self.dotted}:{self.word}:{self.role}:{self.subject}"

    @property
    def dotted(self) -> str:
        """The path as `sidra explain` takes it."""
        return ".".join((self.document, *self.path))

    @property
    def gate(self) -> str:
        """The function of who must approve it."""
        return GATES[self.cls]

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be decided of the records that it concerns; nothing where only correcting them helps."""
        return CHOICES.get(self.word, ())

    @property
    def needs_words(self) -> bool:
        """Whether who decides of it must say why."""
        return TOLD in self.choices

    @property
    def says(self) -> str:
        """What it does, in a sentence."""
        return WORDS[self.word][0].format(subject=self.subject or self.dotted, role=self.role)

    @property
    def way_out(self) -> str:
        """What can be done instead, or first."""
        return WORDS[self.word][1]

    def as_dict(self) -> dict[str, object]:
        """Return the change of JSON's types."""
        until = self.reason.until
        return {
            "class": self.cls.value,
            "kind": self.kind,
            "path": self.dotted,
            "was": self.was,
            "now": self.now,
            "word": self.word,
            "says": self.says,
            "subject": self.subject,
            "role": self.role or None,
            "level": self.level,
            "why": self.reason.why or None,
            "ticket": self.reason.ticket or None,
            "until": until.isoformat() if until is not None else None,
            "category": self.reason.category or None,
            "place": str(self.place) if self.place is not None else None,
            "gate": self.gate,
            "rows": self.rows.rows if self.rows is not None else None,
            "of": self.rows.total if self.rows is not None else None,
            "examples": list(self.rows.examples) if self.rows is not None else [],
            "about": [".".join(pair) for pair in self.rows.about] if self.rows is not None else [],
            "withheld": self.rows is not None and not self.rows.is_told,
            "gains": list(self.gains),
            "blocks": self.blocks,
            "choices": list(self.choices),
            "way_out": self.way_out,
            "key": self.key,
        }


@dataclass(frozen=True, slots=True)
class Migration:
    """One step by which the database comes after the configuration."""

    phase: str
    """`expand`, `fill`, `contract` or `index`."""
    says: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Unreasoned:
    """A reason that is missing, or a reason or waiver that has run out: it is mended before anything is applied."""

    says: str
    place: Place
    way_out: str

    def as_dict(self) -> dict[str, str]:
        """Return it of JSON's types."""
        return {"says": self.says, "place": str(self.place), "way_out": self.way_out}


@dataclass(frozen=True, slots=True)
class Touches:
    """What uses or holds what changes, by name."""

    screens: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    affiliates: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, list[str]]:
        """Return the names of JSON's types."""
        return {
            "screens": list(self.screens),
            "roles": list(self.roles),
            "processes": list(self.processes),
            "interfaces": list(self.interfaces),
            "tests": list(self.tests),
            "affiliates": list(self.affiliates),
        }


@dataclass(frozen=True, slots=True)
class Revision:
    """One effective configuration, named by what it says."""

    name: str
    baseline: str = ""
    """The version of the group's layer."""
    commit: str = ""
    """The commit of the overlay's folder, where it is kept by git and has nothing that is not committed."""

    def as_dict(self) -> dict[str, str]:
        """Return the revision of JSON's types."""
        return {"name": self.name, "baseline": self.baseline, "commit": self.commit}


@dataclass(frozen=True, slots=True)
class Plan:
    """What it would mean to put a configuration in force in the place of the one that is."""

    affiliate: str
    live: Revision | None
    """None where none was ever applied."""
    proposed: Revision
    items: tuple[Item, ...] = ()
    """Ordered by what they touch: permissions first."""
    migration: tuple[Migration, ...] = ()
    touches: Touches = field(default_factory=Touches)
    unreasoned: tuple[Unreasoned, ...] = ()
    is_counted: bool = False

    def of(self, *impacts: Impact) -> tuple[Item, ...]:
        """Return the changes of some classes."""
        return tuple(item for item in self.items if item.cls in impacts)

    def __iter__(self) -> Iterator[Item]:
        """Yield the changes, permissions first."""
        return iter(self.items)

    @property
    def is_empty(self) -> bool:
        """Whether what is proposed is in force already."""
        return self.live is not None and self.live.name == self.proposed.name

    @property
    def counts(self) -> dict[Impact, int]:
        """How many changes of each class there are."""
        return {impact: len(self.of(impact)) for impact in Impact}

    @property
    def level(self) -> str:
        """The furthest that an overlay goes in what changes."""
        return max((item.level for item in self.items), default="L0")

    @property
    def gates(self) -> tuple[str, ...]:
        """The functions of those who must approve, that of a second configurator first; none of a first release."""
        if self.live is None or self.is_empty:
            return ()
        return tuple(dict.fromkeys((CONFIGURE, *(GATES[impact] for impact in Impact if self.of(impact)))))

    @property
    def digest(self) -> str:
        """A hash of what is changed, whatever records there are meanwhile."""
        said = [(item.key, item.was, item.now) for item in self.items]
        live = self.live.name if self.live is not None else None
        text = orjson.dumps([self.affiliate, live, self.proposed.name, said])
        return blake2b(text, digest_size=DIGEST_BYTES).hexdigest()

    def as_dict(self) -> dict[str, object]:
        """Return the plan of JSON's types."""
        return {
            "affiliate": self.affiliate,
            "live": self.live.as_dict() if self.live is not None else None,
            "proposed": self.proposed.as_dict(),
            "digest": self.digest,
            "level": self.level,
            "counts": {impact.value: count for impact, count in self.counts.items()},
            "counted": self.is_counted,
            "gates": list(self.gates),
            "items": [item.as_dict() for item in self.items],
            "migration": [{"phase": one.phase, "says": one.says, "rows": one.rows} for one in self.migration],
            "touches": self.touches.as_dict(),
            "unreasoned": [
                {"says": one.says, "place": str(one.place), "way_out": one.way_out} for one in self.unreasoned
            ],
        }


_ASK = "let somebody with `approve_access` look at it"
_VERSION = "give the API a new version by its `path`, keep what its clients know, or say what they were told"
_CORRECT = "correct these records first, or decide that each is corrected when it is next saved"

WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "role": ("role `{subject}` is new", _ASK),
        "function": ("`{role}` gains the function `{subject}`", _ASK),
        "export_rows": ("`{role}` exports more rows at once", _ASK),
        "action": ("`{role}` may {subject}", _ASK),
        "rows": ("`{role}` may {subject} other records than before", _ASK),
        "column": ("`{role}` sees more of `{subject}`", _ASK),
        "entry": ("`{role}` may enter `{subject}` in new records", _ASK),
        "sensitive": ("is masked no more: `{subject}` was taken from `pii`", _ASK),
        "pii": ("is personal data of the class `{subject}` no more", _ASK),
        "encrypt": ("`{subject}` is encrypted no more", _ASK),
        "matched": ("`{subject}` can be looked up by whoever sees it masked", _ASK),
        "unit": ("people of the unit above see what is of `{subject}`", _ASK),
        "consent": ("customers are written to without consent to `{subject}`", _ASK),
        "quiet": ("customers are written to at other hours than before", _ASK),
        "mask": ("`{subject}` is masked in another way", _ASK),
        "guard": ("`{subject}` holds back less than before", _ASK),
        "border": ("data may go elsewhere by `{subject}`", _ASK),
        "exposed": ("clients of the API may do more by `{subject}`", _ASK),
        "kept": ("personal data may be kept longer by `{subject}`", _ASK),
        "begins": ("`{subject}` begins work by itself, or other work than before", _ASK),
        "served": ("`{subject}` lets others serve what waits", _ASK),
        "unknown": ("nobody has said whether `{subject}` allows more", _ASK),
        "resource_gone": ("clients find no resource `{subject}` any more", _VERSION),
        "operation_gone": ("clients may `{subject}` no more", _VERSION),
        "output_gone": ("clients are told `{subject}` no more", _VERSION),
        "output_type": ("clients are told `{subject}` in another form", _VERSION),
        "input_required": ("clients must give `{subject}`", _VERSION),
        "input_ignored": ("clients give `{subject}` in vain", _VERSION),
        "output_narrowed": ("clients are told fewer values of `{subject}`", _VERSION),
        "input_closed": ("clients may send only what is declared of `{subject}`", _VERSION),
        "new_version": ("clients find it at `{subject}` from now on", "tell them before it is put in force"),
        "type_changed": ("is kept in another form", "add an attribute, fill it, and retire this one later"),
        "gone": ("goes, with what records have there", "hide it instead: `hidden: true` keeps what is there"),
        "refused": ("cannot be kept so", "give it a new name, or take the change back"),
        "converted": ("is converted", "add an attribute, fill it, and retire this one later"),
        "values_converted": (
            "the values of `{subject}` are converted in the database, though no other change says so",
            "ask `sidra db status` whether an earlier release was begun and not ended, and apply that again",
        ),
        "required": ("must have a value", _CORRECT),
        "narrower": ("allows less", _CORRECT),
        "unique": ("no two records may have the same", "merge or correct the records that share a value"),
        "value_gone": ("the value `{subject}` goes", "rename it by `$was`, or correct the records that have it"),
        "rule": ("what records must fulfil", _CORRECT),
        "retention": (
            "records go earlier",
            "count them by `sidra retention --dry-run`, and let who is in charge decide",
        ),
        "step_gone": ("the step `{subject}` goes", "keep the step until the records that stand before it have left"),
        "state_gone": ("the state `{subject}` goes", "rename it by `$was`, or move the records that are in it"),
        "new": ("is new", ""),
        "renamed": ("was called `{subject}`", ""),
        "removed": ("goes", ""),
        "changed": ("is changed", ""),
        "moved": ("stands in another order", ""),
    }
)
"""What changes do, by their word: a sentence, and the way out."""
