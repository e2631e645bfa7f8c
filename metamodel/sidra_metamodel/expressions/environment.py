"""What one evaluation works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(slots=True)
class Environment:
    """The values behind the names of an expression.

    A record is a mapping: attribute → value by the value conventions, to-one relation → record or None, to-many →
    list of records; a polymorphic record carries its entity's name under `kind`. `user` and `affiliate` are mappings
    or objects with the members of `USER` and `AFFILIATE`.
    """

    # Values have the types that the checker proved; Python's own types cannot say which.
    this: Any = None
    user: Any = None
    now: datetime | None = None
    today: date | None = None
    affiliate: Any = None
    names: Mapping[str, Any] = field(default_factory=dict)
