"""The configuration that the machine works on: people with media and friends, their accounts, tickets of these."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import count

from tests.core.models import LAYER, model_of

from sidra.runtime import Runtime
from sidra.store.database import Store

UNITS = ("00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002")
MOST_MEDIA = 2
STEPS = {"check": (("new",), "checked"), "close": (("new", "checked"), "closed")}
DOCUMENTS = (
    """
entity: person
title: name
history: true
attributes:
  name: {type: string, required: true, search: true, sort: true, filter: true, max_length: 60, pii: [identity]}
  card: {type: string, unique: true, mask: "•••• {last:2}", pii: [identity]}
  born: {type: integer, filter: true, sort: true, min: 1900}
  note: {type: string, filter: true, sort: true}
  number: {type: sequence, sequence: "P-{n:05}"}
  status: {type: enum, enum: person_status, filter: true}
relations:
  media: {to: medium, many: true, owned: true, inverse: person, max: 2}
  accounts: {to: account, many: true, inverse: person}
  friends: {to: person, many: true}
lifecycle:
  attribute: status
  initial: new
  transitions:
    check: {from: [new], to: checked, when: "born != null"}
    close: {from: [new, checked], to: closed, reason: {enum: why_closed}}
""",
    "enum: person_status\nvalues: [new, checked, closed]\n",
    "enum: why_closed\nvalues: [moved, dead]\n",
    """
entity: medium
attributes: {text: {type: string, required: true, search: true, pii: [contact]}}
relations: {person: {to: person, required: true}}
""",
    """
entity: account
title: label
history: true
attributes:
  label: {type: string, compute: {by: person.name, stored: true}, search: true, sort: true, pii: [identity]}
  opened:
    type: integer
    compute: {by: "tickets.filter(t, t.status == 'open').size()", stored: true}
    sort: true
    filter: true
relations:
  person: {to: person, required: true}
  tickets: {to: ticket, many: true, inverse: account}
""",
    """
entity: ticket
title: text
attributes:
  text: {type: string, required: true, search: true}
  status: {type: string, default: open, filter: true}
  size: {type: integer, min: 0, max: 9, filter: true, sort: true}
relations: {account: {to: account, required: true}}
""",
    """
role: local
may:
  person: {do: [create, read, update, delete, check, close, merge], rows: unit in user.units}
  account: {do: [create, read, update, delete], rows: person.unit in user.units}
  ticket: {do: [create, read, update, delete], rows: account.person.unit in user.units}
functions: [search]
""",
    """
role: reader
may:
  person: {do: [read], columns: {note: none, card: mask}}
  account: {do: [read]}
  ticket: {do: [read]}
functions: [search]
""",
)


def ticking() -> Callable[[], datetime.datetime]:
    """Return a clock that goes on by a while whenever it is looked at."""
    begins, looks = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC), count()
    return lambda: begins + datetime.timedelta(milliseconds=next(looks))


def runtime_on(store: Store) -> Runtime:
    """Return the configuration on a store."""
    return Runtime(model_of(*DOCUMENTS, layer=LAYER), store, clock=ticking())
