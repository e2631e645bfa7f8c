"""What a keyword can be: what layers may do to it, how its lists merge, which names its expressions see."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """What a higher layer may do to a keyword's value (LAYERING.md §4)."""

    FINAL = "final"
    TIGHTEN = "tighten"
    ACCUMULATE = "accumulate"
    EXTEND = "extend"
    OPEN = "open"


FINAL, TIGHTEN, ACCUMULATE, EXTEND, OPEN = Rule


class Narrower(StrEnum):
    """The direction in which a value of a `tighten` keyword may move."""

    LOWER = "lower"
    HIGHER = "higher"
    SUBSET = "subset"
    SUPERSET = "superset"
    TRUTH = "truth"
    """false → expression → true; expressions of layers are ORed."""
    ACCESS = "access"
    """edit → read → enter → mask → none."""
    LATER = "later"
    """A choice that stands further back among those listed."""


LOWER, HIGHER, SUBSET, SUPERSET, TRUTH, ACCESS, LATER = Narrower


class ListMerge(StrEnum):
    """How the lists of two layers combine."""

    SET = "set"
    ATOMIC = "atomic"


class Site(StrEnum):
    """Which names an expression sees besides `now today user affiliate` (EXPRESSIONS.md §1)."""

    RECORD = "record"
    """`this`: the entity of the enclosing `on:`, `of:`, `about:`, or the entity itself."""
    GRANT = "grant"
    """`this`: the entity that names the enclosing grant of a role."""
    SOURCE = "source"
    """`this`: the entity of the enclosing panel's `source:` or timeline entry."""
    VALUE = "value"
    """`value`: the value of the enclosing `type:` document, of its base type."""
    IDENTITY = "identity"
    """`this` and `other`: two records of the entity."""
    TRANSITION = "transition"
    """`this`, and `old`: the record before."""
    FEED = "feed"
    """`source`: a row of the file, all text; `target`: the record being made."""
    OFFER = "offer"
    """`this`: what is offered, a record of the panel's `source:`; `about`: the record of the page."""
    PROCESS = "process"
    """`this`: the entity of `about:`; `process`: the instance's own data, untyped."""
    TEST = "test"
    """The records of the test by their names."""


class Scoping(StrEnum):
    """What a keyword's value or key changes for the expressions and references around it."""

    SUBJECT = "subject"
    """The entity it names is `this` of the element."""
    SOURCE = "source"
    """The entity it names is the one whose records the element shows, grants or fills."""
    MEMBER = "member"
    """The attribute it names is what an expression of the element fills."""
    LINKED = "linked"
    """What stands below is about the records that the relation named by the element leads to."""
    MADE = "made"
    """The record of a wizard that it names is `this` of the element."""
