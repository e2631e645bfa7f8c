"""The proofs of the claims that the documentation makes: where each is, and what `make prove` asks of it."""

from __future__ import annotations

from dataclasses import dataclass

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim, the files that prove it, and how much of it is asked, on each database where it is one of these."""

    claim: str
    asked: str
    files: tuple[str, ...]


# Those that take longest come first, so that two processes end at about one time.
PROOFS = (
    Proof(
        "A server that is killed loses nothing acknowledged",
        "20 kills, each after 1,000 acknowledged writes or more",
        ("tests/proofs/test_kill.py",),
    ),
    Proof(
        "Anything done in any order is answered as a dictionary would",
        "1,000 runs of 50 steps at most",
        ("tests/proofs/test_machine.py",),
    ),
    Proof(
        "Paired worlds: what is hidden changes no answer",
        "each role of each affiliate",
        (
            "tests/affiliates/test_paired_worlds.py",
            "tests/affiliates/test_hidden_data.py",
            "tests/core/records/test_hidden_data.py",
        ),
    ),
    Proof(
        "A store that is changed comes to the same end wherever that is killed",
        "a kill at each event",
        ("tests/core/affiliates/test_migrating_killed.py",),
    ),
    Proof(
        "A day of agents and teams, from the first call to the end of a life cycle, by keyboard too",
        "each journey in each country of the demonstration",
        (
            "tests/journeys/test_keyboard_only.py",
            "tests/journeys/test_a1_living_customers.py",
            "tests/journeys/test_a5_trouble_tickets.py",
        ),
    ),
    Proof(
        "Every answer of the API is as its OpenAPI document says, to requests that it allows and that it forbids",
        "10,000 requests by Schemathesis, with strict APIs",
        ("tests/proofs/test_open_api.py",),
    ),
    Proof(
        "A client written from TM Forum's documents serves a customer, hears of the ticket, finds all on one page",
        "each country of the demonstration",
        ("tests/journeys/test_tmf_client.py",),
    ),
    Proof(
        "Subscribers see every event though its teller is killed", "1,000 events", ("tests/core/events/test_kill.py",)
    ),
    Proof("A worker that is killed has each effect once", "20 kills", ("tests/core/jobs/test_kill.py",)),
    Proof(
        "Fifteen affiliates stay on one baseline for ten years: all is classified, nothing is lost silently",
        "20 versions, 15 overlays",
        ("tests/proofs/test_decade.py",),
    ),
    Proof(
        "Role x affiliate x entity x action x attribute",
        "all cells, on the records, the API and the screens",
        ("tests/affiliates/test_authorisation.py",),
    ),
    Proof(
        "Eight clients at once: no lost update, no write skew",
        "8 clients with 500 operations each",
        ("tests/proofs/test_clients.py",),
    ),
    Proof(
        "Bad input is refused by a code, and changes nothing",
        "each kind of hostile request",
        ("tests/proofs/test_bad_input.py",),
    ),
    Proof(
        "Without our routing no row of another affiliate is read",
        "all tables, every way of reading, with the bare driver",
        ("tests/core/affiliates/test_isolation.py",),
    ),
    Proof(
        "A process that is killed while it writes leaves nothing half done",
        "4 kills",
        ("tests/core/records/test_kill.py",),
    ),
    Proof(
        "No value is lost that is written while a store is changed",
        "writers at work during a migration",
        ("tests/core/affiliates/test_migrating_meanwhile.py",),
    ),
    Proof("Tamperings of the audit are all found", "1,000 tamperings", ("tests/core/audit/test_tampering.py",)),
    Proof(
        "Rotation of keys with no failed reading",
        "3 rotations under readers and writers",
        ("tests/core/privacy/test_resealing.py",),
    ),
    Proof(
        "Erasure and the access package reach every personal attribute",
        "all attributes with `pii`",
        ("tests/core/privacy/test_coverage.py",),
    ),
    Proof(
        "Every screen is whole: axe finds nothing, the browser complains of nothing, nothing is cut",
        "each kind of screen, light and dark, left to right and right to left, on a phone",
        ("tests/proofs/test_screens.py",),
    ),
)


def database_of(test: str) -> str:
    """Return the database that a test runs on, as the parameters in its name say; empty where it is of none or all."""
    parameters = test.partition("[")[2].rpartition("]")[0].split("-")
    return next((label for name, label in DATABASES.items() if name in parameters), "")
