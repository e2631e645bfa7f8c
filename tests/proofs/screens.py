"""Every kind of screen there is: whose it is, where it is, and what the documentation says beside its picture."""

from __future__ import annotations

from dataclasses import dataclass

from sidra.access.actor import system_actor
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra.runtime import Runtime

AGENT, BACK_OFFICE, TEAM_LEAD = "agent", "back_office", "team_lead"
CONFIGURATOR, ADMINISTRATOR, NOBODY = "configurator", "administrator", ""

OPEN = ("in_progress", "acknowledged", "pending", "held")
"""The states of tickets that somebody works on."""
MOST_LOOKED_AT = 20
"""Records among which the one with most to show is chosen."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A page, with the records of an affiliate in its address."""

    name: str
    title: str
    who: str
    address: str
    is_main: bool = False
    """Whether it is shown in all languages and on a phone."""


SCREENS = (
    Screen("sign-in", "Sign-in", NOBODY, "sign-in"),
    Screen("home", "Home of an agent", AGENT, "", is_main=True),
    Screen("list", "List of customers", AGENT, "customer", is_main=True),
    Screen("builder", "Conditions of a list", AGENT, "customer/filter"),
    Screen("view360", "Everything about a customer", AGENT, "customer/{customer}/360", is_main=True),
    Screen("record", "A person", AGENT, "individual/{person}"),
    Screen("form", "A person being changed", AGENT, "individual/{person}/edit", is_main=True),
    Screen("ticket", "A ticket", AGENT, "trouble_ticket/{ticket}", is_main=True),
    Screen("new-ticket", "A new ticket", AGENT, "trouble_ticket/new"),
    Screen("wizard", "A new customer, step by step", AGENT, "wizards/new_customer", is_main=True),
    Screen("board", "Tickets as a board", AGENT, "trouble_ticket/board", is_main=True),
    Screen("calendar", "Follow-ups as a calendar", AGENT, "trouble_ticket/calendar"),
    Screen("chart", "Tickets as a chart", AGENT, "trouble_ticket/chart"),
    Screen("console", "The console: inbox and conversation", AGENT, "party_interaction/console/{talk}", is_main=True),
    Screen("begin", "A conversation that the agent begins", AGENT, "party_interaction/console/new"),
    Screen("search", "Search results", AGENT, "search?q={word}"),
    Screen("notifications", "Notifications", AGENT, "notifications"),
    Screen("my-account", "One’s own account", AGENT, "my-account"),
    Screen("dashboard", "Dashboard of a team lead", TEAM_LEAD, "dashboards/service_quality", is_main=True),
    Screen("duplicates", "Possible duplicates", BACK_OFFICE, "duplicates"),
    Screen("merge", "Two that may be one", BACK_OFFICE, "individual/{person}/merge?with={other}"),
    Screen("feeds", "Files that are loaded", BACK_OFFICE, "feeds"),
    Screen("feed", "Runs of a feed", BACK_OFFICE, "feeds/subscriber_load"),
    Screen("configuration", "What an affiliate does differently", CONFIGURATOR, "configuration"),
    Screen(
        "explain",
        "Where a value comes from",
        CONFIGURATOR,
        "configuration/explain?path=entity.individual.attributes.given_name.label",
    ),
    Screen("why", "Why somebody sees what they see", CONFIGURATOR, "customer/why"),
    Screen("widgets", "Widgets in all their states", CONFIGURATOR, "widgets"),
    Screen("accounts", "Accounts", ADMINISTRATOR, "user-accounts"),
    Screen("audit", "Audit log", ADMINISTRATOR, "audit-log"),
)


def subjects(runtime: Runtime) -> dict[str, str]:
    """The records of an affiliate that the addresses of its screens name: those with most to show."""
    records = runtime.records(system_actor("screens", affiliate=runtime.affiliate))

    def some(entity: str, *status: str, sort: str = "-created_at") -> list[Record]:
        asked = Query(filters=(Filter("status", "in", [*status]),), sort=(sort,), limit=MOST_LOOKED_AT, count=False)
        return records.list(entity, asked).records

    def shown(ticket: Record) -> int:
        customer = records.get("customer", ticket["customer_id"])
        return sum(len(customer[many]) for many in ("products", "interactions", "tickets"))

    ticket, person = max(some("trouble_ticket", *OPEN), key=shown), some("individual", "validated")[0]
    return {
        "customer": ticket["customer_id"],
        "person": person.id,
        "ticket": ticket.id,
        "talk": some("party_interaction", "opened", "in_progress", sort="-last_message_at")[0].id,
        "other": some("individual", "initialized")[0].id,
        "word": str(person["given_name"])[:3],
    }
