"""What keeps a configuration from being put in force."""

from __future__ import annotations

from sidra.errors import Conflict, SidraError


class Refused(SidraError):
    """Something that must be decided, approved or mended first; nothing was changed."""

    code = "R700"


class LiveMoved(Refused, Conflict):
    """Something else was put in force since the plan was made."""

    code = "R701"


class NotApproved(Refused):
    """A gate is not open: nobody whose function it is has approved, or somebody has refused."""

    code = "R702"


class Undecided(Refused):
    """Records violate what is proposed, and nobody has decided what becomes of them."""

    code = "R703"


class NoReason(Refused):
    """A reason of what is proposed is missing, or a reason or waiver has run out."""

    code = "R704"


class NoWayBack(Refused):
    """The database no longer fits an earlier release: values were converted or taken away since."""

    code = "R705"


class UnknownRevision(SidraError):
    """No proposal and no release has this revision."""

    code = "R706"


class Damaged(SidraError):
    """What is kept of a release is not what was released."""

    code = "R707"


class Claimed(Refused, Conflict):
    """Somebody else is putting something in force at this moment."""

    code = "R708"


class Unfinished(Refused):
    """Steps by which the database follows a release were begun and not ended."""

    code = "R709"


class OutOfDate(Refused, Conflict):
    """The plan made anew says something else than the one that was approved."""

    code = "R715"


class OtherStore(Refused):
    """Servers were told of a release that this store has not: it is another database than theirs."""

    code = "R716"
