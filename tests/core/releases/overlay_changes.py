"""A change of each shipped overlay that has all classes of LAYERING.md §8, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from sidra.releases.plan import Impact


class Edit(NamedTuple):
    """A change of a file below `affiliates/`."""

    file: str
    before: str = ""
    """Empty for a file that is new, or goes."""
    after: str = ""


class Told(NamedTuple):
    """One change as a plan tells it."""

    cls: Impact
    path: str
    word: str
    was: str | None
    now: str | None
    counted: str = ""
    """SQL that counts the same records; empty where none are to count."""


TICKET: Final = "entity: trouble_ticket\n$why: Floods\n$ticket: GAP-9\n"
NO_CANCELLING: Final = "lifecycle: {transitions: {cancel: {from: {$drop: [acknowledged]}}}}\n"
GOVERNORATE: Final = "attributes: {x_eg_governorate: {type: string, required: true, label: {ar: محافظة}}}\n"
ACKNOWLEDGED: Final = "SELECT count(*) FROM trouble_ticket WHERE status = 'acknowledged'"
CANCEL: Final = "trouble_ticket.lifecycle.transitions.cancel.from"

EDITS: Final[Mapping[str, tuple[Edit, ...]]] = {
    "sn": (
        Edit("sn/entities/individual.yaml", "label: {fr: Prénoms}", "label: {fr: Prénom usuel}"),
        Edit("sn/entities/individual.yaml", "max_length: 50", "max_length: 6"),
        Edit("sn/enums/payment_method.yaml", "  x_sn_mobile_money: {", "  # {"),
        Edit("sn/tests/x_sn_mobile_money.yaml"),
        Edit("sn/roles/agent.yaml", "total_charges: none", "total_charges: read"),
        Edit(
            "sn/entities/trouble_ticket.yaml",
            after=f"{TICKET}attributes: {{x_sn_flooded: {{type: boolean, label: {{fr: Inondé}}}}}}\n{NO_CANCELLING}",
        ),
        Edit("sn/entities/geographic_address.yaml", "  x_sn_region: {", "  # {"),
        Edit("sn/tests/x_sn_regions.yaml"),
    ),
    "eg": (
        Edit(
            "eg/entities/individual.yaml",
            "max_length: 60, search: true, pii: [identity], label: {ar: اسم الأب",
            "max_length: 4, search: true, pii: [identity], label: {ar: اسم الوالد",
        ),
        Edit(
            "eg/entities/organization.yaml",
            "x_eg_activity_code: {",
            "x_eg_activity_code: {required: \"status == 'validated'\", ",
        ),
        Edit("eg/roles/agent.yaml", "amount: mask", "amount: read"),
        Edit("eg/processes/complaint.yaml", "slots:\n  before_close:\n    x_eg_ntra: {", "# {"),
        Edit("eg/entities/contact_medium.yaml", "  x_eg_landmark: {", "  # {"),
        Edit("eg/screens/contact_medium_record.yaml"),
        Edit("eg/tests/x_eg_addresses.yaml"),
        Edit("eg/tests/x_eg_agreements_of_the_regulator.yaml"),
        Edit(
            "eg/entities/trouble_ticket.yaml",
            after=f"{TICKET}{GOVERNORATE}{NO_CANCELLING}",
        ),
    ),
    "pl": (
        Edit("pl/entities/individual.yaml", "{pl: PESEL, en: PESEL}", "{pl: Numer PESEL, en: PESEL}"),
        Edit("pl/entities/individual.yaml", "max_length: 50", "max_length: 7"),
        Edit("pl/entities/organization.yaml", "x_pl_regon: {", "x_pl_regon: {unique: true, "),
        Edit("pl/enums/payment_method.yaml", "  x_pl_blik: {", "  # {"),
        Edit("pl/tests/x_pl_blik.yaml"),
        Edit("pl/roles/agent.yaml", 'rows: "!(churned == true)", ', ""),
        Edit("pl/entities/geographic_address.yaml", "  x_pl_teryt: {", "  # {"),
        Edit("pl/tests/x_pl_addresses.yaml"),
        Edit("pl/entities/trouble_ticket.yaml", after=f"{TICKET}{NO_CANCELLING}"),
    ),
}
"""What somebody saves in each overlay."""

PAID_BY: Final = (
    "SELECT (SELECT count(*) FROM party_role WHERE payment_method = '{0}') + "
    "(SELECT count(*) FROM billing_account WHERE payment_method = '{0}')"
)
COLUMNS: Final = "agent.may.customer.columns.total_charges"
REQUIRED: Final = '{type: string, required: true, label: {ar: "محافظة"}}'
OPEN, NARROW = "[acknowledged, in_progress, pending]", "[in_progress, pending]"
SLOT: Final = (
    '{x_eg_ntra: {label: {ar: "تأكيد الجهاز القومي لتنظيم الاتصالات", en: Confirmation by the regulator}, '
    "screen: trouble_ticket_record, assign: {role: back_office}}}"
)
UNVERIFIED: Final = (
    "SELECT count(*) FROM party WHERE kind = 'organization' AND status = 'validated' AND x_eg_activity_code IS NULL"
)
UNITS: Final = "unit == null || unit in user.units"

PLANS: Final[Mapping[str, tuple[Told, ...]]] = {
    "sn": (
        Told(Impact.WIDENED, COLUMNS, "column", "none", "read"),
        Told(Impact.API, "customer.attributes.payment_method", "output_narrowed", "xSnMobileMoney", None),
        Told(Impact.API, "billing_account.attributes.payment_method", "output_narrowed", "xSnMobileMoney", None),
        Told(Impact.API, "geographic_address.api", "output_gone", "xSnRegion", None),
        Told(
            Impact.DESTRUCTIVE,
            "geographic_address.attributes.x_sn_region",
            "gone",
            "{type: enum, enum: x_sn_region, filter: true, "
            'label: {fr: "Région administrative", en: Administrative region}}',
            None,
            "SELECT count(*) FROM geographic_address WHERE x_sn_region IS NOT NULL",
        ),
        Told(
            Impact.DATA,
            "individual.attributes.given_name.max_length",
            "narrower",
            "50",
            "6",
            "SELECT count(*) FROM party WHERE kind = 'individual' AND length(given_name) > 6",
        ),
        Told(
            Impact.DATA,
            "payment_method.values.x_sn_mobile_money",
            "value_gone",
            "{label: {fr: Mobile money, en: Mobile money}, icon: smartphone}",
            None,
            PAID_BY.format("x_sn_mobile_money"),
        ),
        Told(Impact.PROCESS, CANCEL, "step_gone", OPEN, NARROW, ACKNOWLEDGED),
        Told(Impact.SAFE, "individual.attributes.given_name.label.fr", "changed", '"Prénoms"', '"Prénom usuel"'),
        Told(
            Impact.SAFE, "trouble_ticket.attributes.x_sn_flooded", "new", None, '{type: boolean, label: {fr: "Inondé"}}'
        ),
    ),
    "eg": (
        Told(Impact.WIDENED, "agent.may.sales_opportunity.columns.amount", "column", "mask", "read"),
        Told(Impact.WIDENED, "agent.may.sales_opportunity.columns.weighted_amount", "column", "mask", "read"),
        Told(Impact.API, "trouble_ticket.attributes.x_eg_governorate", "input_required", None, "required"),
        Told(Impact.API, "party.relations.contact_media", "output_gone", "xEgLandmark", None),
        Told(Impact.API, "individual.relations.contact_media", "output_gone", "xEgLandmark", None),
        Told(Impact.API, "organization.relations.contact_media", "output_gone", "xEgLandmark", None),
        Told(
            Impact.DESTRUCTIVE,
            "contact_medium.attributes.x_eg_landmark",
            "gone",
            '{type: string, max_length: 120, pii: [contact, location], label: {ar: "علامة مميزة", en: Landmark}}',
            None,
            "SELECT count(*) FROM contact_medium WHERE x_eg_landmark IS NOT NULL",
        ),
        Told(
            Impact.DATA,
            "individual.attributes.x_eg_father_name.max_length",
            "narrower",
            "60",
            "4",
            "SELECT count(*) FROM party WHERE length(x_eg_father_name) > 4",
        ),
        Told(
            Impact.DATA,
            "organization.attributes.x_eg_activity_code.required",
            "required",
            None,
            "\"status == 'validated'\"",
            UNVERIFIED,
        ),
        Told(
            Impact.DATA,
            "trouble_ticket.attributes.x_eg_governorate.required",
            "required",
            None,
            "true",
            "SELECT count(*) FROM trouble_ticket",
        ),
        Told(Impact.PROCESS, CANCEL, "step_gone", OPEN, NARROW, ACKNOWLEDGED),
        Told(Impact.PROCESS, "complaint.slots.before_close", "step_gone", SLOT, "{}", "SELECT 0"),
        Told(Impact.SAFE, "individual.attributes.x_eg_father_name.label.ar", "changed", '"اسم الأب"', '"اسم الوالد"'),
        Told(Impact.SAFE, "trouble_ticket.attributes.x_eg_governorate", "new", None, REQUIRED),
        Told(
            Impact.SAFE,
            "contact_medium_record.tabs.details.sections.main.fields.x_eg_landmark",
            "removed",
            "{visible: \"medium_type == 'postal_address'\"}",
            None,
        ),
    ),
    "pl": (
        Told(Impact.WIDENED, "agent.may.customer.rows", "rows", f"({UNITS}) and (!(churned == true))", UNITS),
        Told(Impact.API, "customer.attributes.payment_method", "output_narrowed", "xPlBlik", None),
        Told(Impact.API, "billing_account.attributes.payment_method", "output_narrowed", "xPlBlik", None),
        Told(Impact.API, "geographic_address.api", "output_gone", "xPlTeryt", None),
        Told(
            Impact.DESTRUCTIVE,
            "geographic_address.attributes.x_pl_teryt",
            "gone",
            '{type: string, pattern: ["[0-9]{7}"], label: {pl: Kod TERYT, en: TERYT code}}',
            None,
            "SELECT count(*) FROM geographic_address WHERE x_pl_teryt IS NOT NULL",
        ),
        Told(
            Impact.DATA,
            "individual.attributes.family_name.max_length",
            "narrower",
            "50",
            "7",
            "SELECT count(*) FROM party WHERE length(family_name) > 7",
        ),
        Told(Impact.DATA, "organization.attributes.x_pl_regon.unique", "unique", None, "true", "SELECT 0"),
        Told(
            Impact.DATA,
            "payment_method.values.x_pl_blik",
            "value_gone",
            "{label: {pl: BLIK, en: BLIK}, icon: smartphone}",
            None,
            PAID_BY.format("x_pl_blik"),
        ),
        Told(Impact.PROCESS, CANCEL, "step_gone", OPEN, NARROW, ACKNOWLEDGED),
        Told(Impact.SAFE, "individual.attributes.national_number.label.pl", "changed", "PESEL", "Numer PESEL"),
    ),
}
"""Each class, on each affiliate; the tests of the overlay that go with it are left out."""
