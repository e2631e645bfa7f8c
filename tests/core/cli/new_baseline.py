"""A version 2.0.0 of the shipped baseline, and what it does to the overlays of the three affiliates, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from tests.core.cli.workshops import Change

from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.upgrading.findings import Class


class Way(NamedTuple):
    """What a version does to one override, and what its owner decides."""

    cls: Class
    path: str
    saw: str
    now: str
    yours: str
    decision: str = ""
    """An option of the command; nothing where nobody has to decide."""
    value: str = ""
    """For `--edit`."""

    @property
    def words(self) -> tuple[str, ...]:
        """The decision as words of the command."""
        said = f"{self.path}={self.value}" if self.value else self.path
        return (self.decision, said) if self.decision else ()


NOT: Final = "nothing"
INDIVIDUAL: Final = "core/entities/individual.yaml"
COMPLAINT: Final = "core/processes/complaint.yaml"
HOURS: Final = "core/calendars/support_hours.yaml"
OPPORTUNITY: Final = "b2b/entities/sales_opportunity.yaml"
TEXTS: Final = tuple(f"core/translations/{locale}.yaml" for locale in ("ar", "fr", "pl"))

BEFORE: Final[tuple[Change, ...]] = (
    (OPPORTUNITY, "win: {from", "win: {$lock: tighten, from"),
    (INDIVIDUAL, "retention: {when", "retention: {$lock: tighten, when"),
)
"""What 1.0.0 locks that 2.0.0 does not."""

CHANGES: Final[tuple[Change, ...]] = (
    ("layer.yaml", "1.0.0", "2.0.0"),
    (OPPORTUNITY, "win: {$lock: tighten, from", "win: {from"),
    (INDIVIDUAL, "retention: {$lock: tighten, when", "retention: {when"),
    (INDIVIDUAL, "after: 5y", "after: 4y"),
    (INDIVIDUAL, "Given name, type: string, max_length: 60", "Given name, type: string, max_length: 45"),
    (INDIVIDUAL, "Family name, type: string, max_length: 60", "Family name, type: string, max_length: 45"),
    ("b2b/roles/agent.yaml", "{do: [read]}", "{do: [read], columns: {amount: none}}"),
    ("core/screens/customer_360.yaml", "limit: 8", "limit: 12"),
    (
        "core/entities/consent.yaml",
        "type: enum, enum: channel}\n  given_at",
        "type: enum, enum: channel, required: true}\n  given_at",
    ),
    ("core/entities/consent.yaml", "Version of the text", "Version of the wording"),
    ("core/translations/fr.yaml", "customer_since.label: Client depuis", "customer_since.label: Abonné depuis"),
    ("core/entities/organization.yaml", "label: Tax number", "label: Tax identification number"),
    ("core/entities/contact_medium.yaml", "label: Address detail", "label: Second line"),
    ("core/screens/individual_record.yaml", "      documents:\n", "      papers:\n        $was: documents\n"),
    *(
        (file, "individual_record.tabs.details.sections.documents", "individual_record.tabs.details.sections.papers")
        for file in TEXTS
    ),
    (COMPLAINT, "  manual_check: {label", "  look_up: {$was: manual_check, label"),
    (COMPLAINT, "on_error: manual_check", "on_error: look_up"),
    *((file, "tasks.manual_check", "tasks.look_up") for file in TEXTS),
    (HOURS, '  new_year: {date: "01-01", label: New Year\'s Day}\n', ""),
    (HOURS, "week:", "retired: {new_year: {of: holidays, since: 2.0.0, why: Each country has its own}}\nweek:"),
    *((file, "calendar.support_hours.holidays.new_year.label:", "#") for file in TEXTS),
    (HOURS, "thu: {from:", "thu: {$lock: final, from:"),
    ("core/entities/geographic_address.yaml", "state_or_province: {", "state_or_province: {$lock: final, "),
    (COMPLAINT, "component: send_message,", "component: send_message, timeout: 2d,"),
    (COMPLAINT, "retries: 3,", "retries: 3, sla: credit_limit,"),
    ("b2b/screens/sales_opportunity_list.yaml", "\"stage == 'won'\"", "\"stage == 'won'\", sort: -close_date"),
    # What names alone do not tell stands in `upgrades/2.0.yaml`.
    ("core/entities/customer.yaml", "  paperless_billing: {label: Paperless billing, type: boolean}\n", ""),
    *((file, "entity.customer.attributes.paperless_billing.label", "#") for file in TEXTS),
    (
        "core/interfaces/subscriber_load.yaml",
        '\n  paperless_billing: {from: PaperlessBilling, lookup: {"Yes": true, "No": false}}',
        "",
    ),
    ("core/screens/customer_record.yaml", "payment_method, paperless_billing,", "payment_method,"),
    ("core/screens/new_customer.yaml", '          paperless_billing: {visible: "payment_method != null"}\n', ""),
    (
        INDIVIDUAL,
        "  marital_status: {label: Marital",
        "  regime: {label: Regime, type: string, max_length: 9, pii: [identity]}\n  civil_status: {label: Civil",
    ),
    *((file, "attributes.marital_status", "attributes.civil_status") for file in TEXTS),
    ("core/screens/individual_record.yaml", "national_number, marital_status]", "national_number, civil_status]"),
    (COMPLAINT, "shop, web, email", "shop, portal, email"),
)
UPGRADE: Final = """\
upgrade: to_2_0
version: 2.0.0
moves:
  paperless: {from: entity.customer.attributes.paperless_billing, to: entity.billing_account.attributes.paperless_billing}
splits:
  marital_status: {from: entity.individual.attributes.marital_status, to: [entity.individual.attributes.civil_status, entity.individual.attributes.regime]}
values:
  web: {of: process.complaint.channels, from: web, to: portal}
"""  # noqa: E501

WON: Final[dict[str, Data]] = {
    "$replace": True,
    "$why": "Tenders are won on paper",
    "$ticket": "GAP-EG-21",
    "label": {"ar": "رابحة", "en": "Won"},
    "filter": "stage == 'won'",
}
"""The view that Egypt replaces in these tests: it ships nothing that it replaces whole."""

DOCUMENTS: Final = "screen.individual_record.tabs.details.sections.documents.$before"
PAPERS: Final = "screen.individual_record.tabs.details.sections.papers"
RETENTION: Final = "entity.individual.retention.after"
THURSDAY: Final = "calendar.support_hours.week.thu.to"
HOLIDAYS: Final = "calendar.support_hours.holidays"
TENDERS: Final = "probability >= 50.0 || x_eg_tender_number == null"
LOOK_UP: Final = "process.complaint.tasks.look_up.timeout"
MANUAL: Final = "process.complaint.tasks.manual_check.timeout"
ARDOISE: Final = (
    "{call: x_sn_ardoise.limit, label: {fr: Consulter le plafond Ardoise, en: Look up the limit in Ardoise}}"
)
HASHES: Final = ("a value with the hash 8af6c782bdfb0d89", "a value with the hash f39bd32e504e50d2")
ADOPT, ACCEPT, EDIT = "--adopt", "--accept", "--edit"

WAYS: Final[Mapping[str, tuple[Way, ...]]] = {
    "eg": (
        Way(Class.ABSORBED, "screen.customer_360.panels.timeline.limit", "8", "12", "12"),
        Way(
            Class.CHANGED,
            "entity.organization.attributes.tax_number.label.en",
            "Tax number",
            "Tax identification number",
            "Tax registration number",
        ),
        Way(Class.CHANGED, RETENTION, '"5y"', '"4y"', '"2y"', ACCEPT),
        Way(Class.RENAMED, DOCUMENTS, DOCUMENTS, PAPERS, "before contact"),
        Way(Class.ORPHAN, f"{HOLIDAYS}.x_eg_coptic_christmas.$after", "new_year", NOT, "after new_year", ADOPT),
        Way(Class.OVERTAKEN, "role.agent.may.sales_opportunity.columns.amount", NOT, "none", "mask", ADOPT),
        Way(Class.UNLOCKED, RETENTION, '"5y"', '"4y"', '"2y"'),
        Way(
            Class.UNLOCKED,
            f"entity.sales_opportunity.lifecycle.transitions.win.when.$add.{TENDERS}",
            NOT,
            NOT,
            f"{TENDERS} added",
        ),
        Way(Class.LOCKED, THURSDAY, '"18:00"', '"18:00"', '"16:00"', ADOPT),
        Way(Class.NEW, "screen.sales_opportunity_list.views.won.sort", NOT, '["-close_date"]', NOT),
    ),
    "pl": (
        Way(Class.ABSORBED, "entity.consent.attributes.source.required", NOT, "true", "true"),
        Way(
            Class.CHANGED,
            "entity.consent.attributes.text_version.label.en",
            "Version of the text",
            "Version of the wording",
            "Version of the GDPR clause",
        ),
        Way(Class.CHANGED, RETENTION, '"5y"', '"4y"', '"3y"', EDIT, "30mo"),
        Way(Class.RENAMED, MANUAL, MANUAL, LOOK_UP, '"14d"'),
        Way(Class.ORPHAN, f"{HOLIDAYS}.x_pl_epiphany.$after", "new_year", NOT, "after new_year", ADOPT),
        Way(Class.OVERTAKEN, "entity.individual.attributes.family_name.max_length", "60", "45", "50", EDIT, "40"),
        Way(Class.UNLOCKED, RETENTION, '"5y"', '"4y"', '"3y"'),
        Way(
            Class.LOCKED,
            "entity.geographic_address.attributes.state_or_province.label.pl",
            "Region",
            "Region",
            '"Województwo"',
            ADOPT,
        ),
        Way(Class.NEW, "process.complaint.tasks.tell.timeout", NOT, '"2d"', NOT),
    ),
    "sn": (
        Way(
            Class.ABSORBED,
            "entity.customer.attributes.customer_since.label.fr",
            "Client depuis",
            '"Abonné depuis"',
            '"Abonné depuis"',
        ),
        Way(
            Class.CHANGED,
            "entity.contact_medium.attributes.street2.label.en",
            "Address detail",
            "Second line",
            "Quarter or landmark",
        ),
        Way(Class.CHANGED, RETENTION, '"5y"', '"4y"', '"3y"', ADOPT),
        Way(Class.CHANGED, "process.complaint.tasks.check_credit.$replace", *HASHES, ARDOISE, ACCEPT),
        Way(Class.RENAMED, DOCUMENTS, DOCUMENTS, PAPERS, "before contact"),
        Way(Class.ORPHAN, f"{HOLIDAYS}.x_sn_independence.$after", "new_year", NOT, "after new_year", ADOPT),
        Way(Class.OVERTAKEN, "entity.individual.attributes.given_name.max_length", "60", "45", "50", EDIT, "45"),
        Way(Class.UNLOCKED, RETENTION, '"5y"', '"4y"', '"3y"'),
        Way(Class.LOCKED, THURSDAY, '"18:00"', '"18:00"', '"19:00"', ADOPT),
        Way(Class.NEW, "process.complaint.tasks.check_credit.sla", NOT, "credit_limit", NOT),
    ),
}
"""Each class, on each affiliate; every other override of it is clean."""

PAPERLESS: Final = "attributes.paperless_billing"
REGULATOR: Final = "test.x_pl_agreements_of_the_regulator"
MOBILE: Final = "test.x_sn_mobile_money"
NAMES: Final = "test.x_sn_names"
REWRITTEN: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "eg": (),
    "pl": ((f"{REGULATOR}: {MANUAL}", f"{REGULATOR}: {LOOK_UP}"),),
    "sn": (
        (f"{MOBILE}: customer.paperless_billing", f"{MOBILE}: billing_account.paperless_billing"),
        (f"{NAMES}: individual.marital_status", f"{NAMES}: [individual.civil_status, individual.regime]"),
        (f"entity.customer.{PAPERLESS}", f"entity.billing_account.{PAPERLESS}"),
        ("entity.individual.attributes.marital_status", "entity.individual.attributes.civil_status"),
        ("entity.individual.attributes.marital_status", "entity.individual.attributes.regime"),
        ("process.complaint.channels: web", "process.complaint.channels: portal"),
    ),
}
"""What names and codemods rewrite, in tests, too."""
