"""A small installation with screens: its YAML, people to sign in, and a browser without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import webtest

from sidra.access.actor import system_actor
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.web.app import create_app, installed_topics

PASSWORD = "correct horse battery"
DAKAR = "00000000-0000-7000-8000-000000000001"
THIES = "00000000-0000-7000-8000-000000000002"

GROUP = {
    "layer.yaml": "layer: meridian\nlevel: group\nlabel: Meridian\nversion: 1.0.0\nlocales: [en]\ncurrency: EUR\n",
    "core/pack.yaml": "pack: core\ntier: core\n",
    "core/entities/person.yaml": """
entity: person
label: {en: Person, fr: Personne}
plural: {en: People, fr: Personnes}
icon: user
title: name
history: true
attributes:
  name:
    label: {en: Name, fr: Nom}
    type: string
    search: true
    sort: true
    pii: [identity]
    compute: {by: "concat(given_name, ' ', family_name)", stored: true}
  given_name: {label: {en: Given name, fr: Prénom}, type: string, required: true, pii: [identity]}
  family_name:
    label: {en: Family name, fr: Nom de famille}
    type: string
    required: true
    max_length: 40
    pii: [identity]
  birth_date: {label: {en: Birth date, fr: Date de naissance}, type: date, max: today}
  document:
    label: {en: Document, fr: Pièce}
    type: string
    search: exact
    pii: [identity, sensitive]
    mask: "•••• {last:2}"
relations:
  numbers: {label: {en: Numbers, fr: Numéros}, to: number, many: true, owned: true, inverse: person}
  customers: {to: customer, many: true, inverse: person}
""",
    "core/entities/number.yaml": """
entity: number
label: {en: Number, fr: Numéro}
title: text
attributes:
  kind_of: {label: {en: Type, fr: Type}, type: enum, enum: number_kind, required: true}
  text: {label: {en: Digits, fr: Chiffres}, type: phone, search: true, required: "kind_of == 'mobile'"}
  mail: {label: {en: Mail, fr: Courriel}, type: email, required: "kind_of == 'mail'"}
relations:
  person: {to: person, required: true}
""",
    "core/entities/customer.yaml": """
entity: customer
label: {en: Customer, fr: Client}
plural: {en: Customers, fr: Clients}
icon: users
title: name
history: true
attributes:
  name:
    label: {en: Name, fr: Nom}
    type: string
    search: true
    sort: true
    pii: [identity]
    compute: {by: "person.name", stored: true}
  number: {label: {en: Number, fr: Numéro}, type: sequence, sequence: "C-{n:06}", search: exact, sort: true}
  segment: {label: {en: Segment, fr: Segment}, type: enum, enum: segment, default: standard, filter: true}
  reason_for_gold:
    label: {en: Why gold, fr: Pourquoi or}
    type: string
    widget: {use: badge, with: {tone: teal}}
  since: {label: {en: Since, fr: Depuis}, type: date, filter: true, sort: true}
  fee: {label: {en: Fee, fr: Frais}, type: money, sort: true}
  risk: {label: {en: Risk, fr: Risque}, type: integer, min: 0, max: 100, sort: true}
  hush: {label: {en: Hushed, fr: Tu}, type: string}
  status: {label: {en: Status, fr: Statut}, type: enum, enum: status, filter: true}
relations:
  person: {label: {en: Person, fr: Personne}, to: person, required: true}
  tickets: {label: {en: Tickets, fr: Tickets}, to: ticket, many: true, inverse: customer}
lifecycle:
  attribute: status
  initial: prospect
  transitions:
    activate: {label: {en: Activate, fr: Activer}, from: [prospect], to: active, when: "fee != null", tone: primary}
    close: {label: {en: Close, fr: Clore}, from: [active], to: closed, reason: {enum: closing}, tone: danger}
""",
    "core/entities/ticket.yaml": """
entity: ticket
label: {en: Ticket, fr: Ticket}
plural: {en: Tickets, fr: Tickets}
icon: ticket
title: subject
attributes:
  subject: {label: {en: Subject, fr: Objet}, type: string, required: true, search: true}
  legacy: {label: {en: Former number, fr: Ancien numéro}, type: string, unique: true}
  open: {label: {en: Open, fr: Ouvert}, type: boolean, default: true, filter: true}
  due: {label: {en: Due, fr: Échéance}, type: datetime}
  contact: {label: {en: Contact, fr: Interlocuteur}, type: string, default: {compute: customer.name}}
relations:
  customer: {label: {en: Customer, fr: Client}, to: customer, filter: true}
""",
    "core/enums/number_kind.yaml": "enum: number_kind\nvalues: [mobile, mail]\n",
    "core/enums/segment.yaml": """
enum: segment
values:
  standard: {label: {en: Standard, fr: Standard}}
  gold: {label: {en: Gold, fr: Or}, tone: gold}
""",
    "core/enums/status.yaml": """
enum: status
values:
  prospect: {label: {en: Prospect, fr: Prospect}, tone: info}
  active: {label: {en: Active, fr: Actif}, tone: good}
  closed: {label: {en: Closed, fr: Clos}, tone: neutral}
""",
    "core/enums/closing.yaml": "enum: closing\nvalues:\n  moved: {label: {en: Moved away, fr: Déménagement}}\n",
    "core/roles/agent.yaml": """
role: agent
label: {en: Agent, fr: Agent}
may:
  person: {do: [create, read, update]}
  customer:
    do: [create, read, update, activate, close]
    rows: "unit == null || unit in user.units"
    columns: {hush: none}
  ticket: {do: [create, read, update, delete]}
functions: [search]
""",
    "core/roles/lead.yaml": """
role: lead
label: {en: Lead, fr: Responsable}
may:
  person: {do: [read]}
  customer: {do: [read], columns: {hush: none, fee: mask}}
functions: [reveal, export, reports]
""",
    "core/roles/chief.yaml": """
role: chief
may:
  customer: {do: [read]}
functions: [administer, audit, configure, reports, share_views]
""",
    "core/roles/auditor.yaml": "role: auditor\nmay:\n  ticket: {do: [read]}\nfunctions: [audit]\n",
    "core/roles/reader.yaml": "role: reader\nmay:\n  customer: {do: [read], columns: {fee: none}}\n",
    "core/roles/configurator.yaml": "role: configurator\nmay:\n  customer: {do: [read]}\nfunctions: [configure]\n",
    "core/roles/operator.yaml": "role: operator\nmay:\n  ticket: {do: [create, read, update]}\nfunctions: [feeds]\n",
    "core/roles/clerk.yaml": """
role: clerk
may:
  person: {do: [read, update]}
  number: {do: [read, update]}
""",
    "core/roles/guardian.yaml": """
role: guardian
may:
  person: {do: [read]}
  customer: {do: [read], rows: "unit == null || unit in user.units"}
functions: [privacy]
""",
    "core/roles/hushed.yaml": "role: hushed\nmay:\n  customer: {do: [read], columns: {hush: mask}}\n",
    "core/interfaces/ticket_load.yaml": """
interface: ticket_load
kind: feed
label: {en: Load of tickets, fr: Chargement de tickets}
direction: in
format: csv
into: ticket
key: legacy
map:
  legacy: {from: Id}
  subject: {from: Subject}
quality:
  has_subject: {check: "target.subject != null", severity: reject, message: {en: The subject is empty, fr: Objet vide}}
on_reject: quarantine
""",
    "core/menus/main.yaml": """
menu: main
groups:
  service:
    label: {en: Service, fr: Service}
    items:
      customers: {entity: customer}
      tickets: {entity: ticket, count: "open == true"}
      people: {entity: person}
""",
    "core/screens/customer_list.yaml": """
screen: customer_list
kind: list
of: customer
columns:
  name: {}
  number: {}
  segment: {}
  status: {}
  fee: {}
  risk: {widget: meter}
  phone: {value: "person.numbers.first().text", label: {en: Line, fr: Ligne}}
filters: [segment, since]
sort: name
page_size: 10
views:
  all: {label: {en: All, fr: Tous}}
  gold: {label: {en: Gold, fr: Or}, filter: "segment == 'gold'", sort: -since}
  dear: {label: {en: Dear, fr: Onéreux}, filter: "fee.amount > 50.0"}
""",
    "core/screens/customer_board.yaml": """
screen: customer_board
kind: board
of: customer
stages: {prospect: {limit: 1}}
sums: fee
forecast: {at: since, sum: fee}
card: {facts: [person, fee, since], badges: [segment], note: "reason_for_gold", tone: "risk >= 70 ? 'bad' : null"}
gates:
  active: {when: "since != null", message: {en: "Requires: since", fr: "Requis : depuis"}}
""",
    "core/screens/customer_record.yaml": """
screen: customer_record
kind: record
of: customer
tabs:
  details:
    label: {en: Details, fr: Détails}
    sections:
      main:
        label: {en: Customer, fr: Client}
        fields:
          number: {}
          person: {}
          segment: {}
          reason_for_gold: {visible: "segment == 'gold'", required: "segment == 'gold'"}
          since: {}
          fee: {}
          risk: {read_only: "status == 'active'"}
          hush: {}
panels:
  tickets: {source: ticket, via: customer, columns: [subject, open]}
""",
    "core/screens/customers_now.yaml": """
screen: customers_now
kind: dashboard
label: {en: Customers now, fr: Clients à ce jour}
refresh: 60s
narrowed_by: [segment]
tiles:
  new: {source: customer, at: created_at, compare: true, label: {en: New, fr: Nouveaux}}
  gold: {source: customer, filter: "segment == 'gold'", target: 10, show: meter, label: {en: Gold, fr: Or}}
  fees: {source: customer, sum: fee, label: {en: Fees, fr: Frais dus}}
  by_segment: {show: donut, source: customer, by: segment, label: {en: By segment, fr: Par segment}}
  course: {show: area, source: customer, at: created_at, split: status, label: {en: Course, fr: Évolution}}
  groups: {show: table, source: customer, by: status, label: {en: By status, fr: Par statut}}
  latest: {show: table, source: customer, columns: [name, segment], label: {en: Latest, fr: Derniers}}
""",
    "core/screens/customer_360.yaml": """
screen: customer_360
kind: view360
of: customer
header:
  badges: [status, segment]
  facts:
    number: {icon: id-card}
    since: {icon: calendar}
    phone: {value: "person.numbers.first().text", label: {en: Line, fr: Ligne}}
  actions:
    edit: {edit: true}
    ticket: {create: ticket, label: {en: New ticket, fr: Nouveau ticket}}
alerts:
  risky: {when: "risk >= 70", level: danger, text: {en: About to leave, fr: Sur le départ}}
kpis:
  fee: {}
  risk: {tone: "risk >= 70 ? 'bad' : 'good'", unit: {en: / 100}}
panels:
  tickets: {source: ticket, via: customer, columns: [subject, open]}
  profile:
    kind: facts
    area: side
    facts:
      born: {value: "person.birth_date", label: {en: Born, fr: Né le}}
      document: {value: "person.document", label: {en: Document, fr: Pièce}}
  more: {source: ticket, via: customer, show: cards, area: main, label: {en: More, fr: Encore}}
  timeline: {kind: timeline, area: main, of: {ticket: {via: customer, text: subject, by: [contact, legacy]}}}
""",
}
OVERLAY = """
layer: sn
level: affiliate
prefix: sn
label: {en: Senegal, fr: Sénégal}
requires: {group: ~1.0}
tiers: [core]
locales: [fr, en]
currency: XOF
country: SN
time_zone: Africa/Dakar
"""
BROKEN = "entity: customer\nattributes:\n  nmae: {required: true}\n"


@dataclass(frozen=True)
class Site:
    """A served affiliate and what tests need of it."""

    app: Any
    affiliates: Affiliates
    overlay: Path

    @property
    def runtime(self) -> Runtime:
        found = self.affiliates.get("sn")
        assert found is not None
        return found

    @property
    def system(self) -> Records:
        """Everything, as the program itself sees it."""
        return self.runtime.records(system_actor("test", affiliate="sn"))

    def browser(self, login: str = "") -> webtest.TestApp:
        """A browser without scripts, of someone who is signed in, or of a stranger."""
        browser = webtest.TestApp(self.app)
        if login:
            form = browser.get("/sn/sign-in").forms[0]
            form["username"], form["password"] = login, PASSWORD
            form.submit(status=303)
        return browser

    def customer(self, given: str = "Awa", family: str = "Ndiaye", **values: object) -> Record:
        """A new customer with the person behind it, who has a number and a document."""
        person = self.system.create(
            "person",
            {
                "given_name": given,
                "family_name": family,
                "birth_date": "1988-06-14",
                "document": "AB123477",
                "numbers": [{"kind_of": "mobile", "text": "+221771234567"}],
            },
        )
        return self.system.create("customer", {"person": person.id, **values})


ROLES = (
    "agent",
    "reader",
    "configurator",
    "operator",
    "clerk",
    "hushed",
    "lead",
    "chief",
    "auditor",
    "guardian",
)


def site_in(folder: Path, **more: Any) -> Site:  # noqa: ANN401 - settings of many types
    """An installation in a folder; one person for each role can sign in. `more` are further settings.

    Where the folder has a database already, it has the people as well.
    """
    is_new = not (folder / "sn.db").exists()
    base, overlay = folder / "base", folder / "sn"
    for name, text in {**{f"base/{name}": text for name, text in GROUP.items()}, "sn/layer.yaml": OVERLAY}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = Settings(home=folder, affiliates=(overlay,), baseline=base, log_level="error", plugins=(), **more)
    affiliates = Affiliates(settings)
    state = affiliates.state("sn")
    assert state is not None
    assert state.runtime is not None, [f"{found.at}: {found.message}" for found in state.diagnostics]
    if is_new:
        accounts = Entrance.of("sn", state.runtime.store).accounts
        for role in ROLES:
            accounts.create(role, f"Fatou {role.title()}", PASSWORD, [role], units=[DAKAR], locale="fr")
    return Site(create_app(settings, affiliates, topics=installed_topics()), affiliates, overlay)


def visible_text(response: webtest.TestResponse) -> str:
    """What a reader of the page sees, without its markup."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()
