"""Pages of the workplace beside the JSON of what they show: record, view all around, form, board, tile.

    python bench/parts.py [--database sqlite] [--windows 21] [--customers 2000]

Each is asked as a browser asks for it, and beside it what a client of the API asks who wants to show the same. Boxes
that ask another system are left out on both sides. The tile counts anew each time only when its last count is a minute
old, as in operation, which is why it costs so little beside the count of the API.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator

import webtest
from databases import add_place, lent
from workplace import AFFILIATE, CUSTOMERS, WINDOWS, Ask, Asked, Workplace, at_work

PANELS = re.compile(r'hx-get="/\w+/(customer/[^"]*/360/(\w+))"')
CARDS = re.compile(r'<li class="kc[ "][^>]*id="card-')
CUSTOMER = "tmf-api/customerManagement/v4/customer"
TICKETS = "tmf-api/troubleTicket/v4/troubleTicket"
INTERACTIONS = "tmf-api/partyInteraction/v4/partyInteraction"
TILE = "dashboards/service_quality/open?span=month"
FRAGMENT = {"HX-Request": "true"}

Sides = dict[str, Ask]


def customer_of(desk: Workplace) -> dict[str, dict[str, str]]:
    """Return the JSON of the customer that pays most."""
    found: list[dict[str, dict[str, str]]] = desk.json(Asked(f"{CUSTOMER}?limit=1&sort=-monthlyCharges"))
    return found[0]


def whole(desk: Workplace, id: str, party: str) -> tuple[Sides, Sides]:
    """Return the sides of the view all around a customer with its boxes, and of the first box alone."""
    page = Asked(f"customer/{id}/360")
    declared = desk.runtime.model.screens["customer_360"].panels
    far = {name for name, panel in declared.items() if panel.kind_ == "connector"}
    asked = PANELS.findall(desk.ask(page)().decode())
    boxes = tuple(Asked(address, headers=FRAGMENT) for address, name in asked if name not in far)
    tickets = Asked(f"{TICKETS}?limit=5&relatedParty.id={id}")
    shown = (
        Asked(f"{CUSTOMER}/{id}"),
        Asked(party),
        tickets,
        Asked(f"{INTERACTIONS}?limit=10&relatedParty.id={id}&sort=-interactionDate.startDateTime"),
        Asked(f"tmf-api/productInventory/v4/product?limit=20&relatedParty.id={id}"),
        Asked(f"tmf-api/customerBillManagement/v4/customerBill?limit=5&relatedParty.id={id}&sort=-billDate"),
    )
    first = next(one for one in boxes if one.address.endswith("/tickets"))
    return (
        {"page": desk.all_of((page, *boxes)), "json": desk.all_of(shown)},
        {"page": desk.ask(first), "json": desk.ask(tickets)},
    )


def form(desk: Workplace, id: str) -> Sides:
    """Return the sides of a form that is asked for anew while somebody types in it."""
    shown = desk.browser.get(f"/{AFFILIATE}/customer/{id}/edit")
    filled = next(one for one in shown.forms.values() if isinstance(one, webtest.Form) and one.id == "record-form")
    typed = Asked(f"customer/{id}/preview", tuple(filled.submit_fields()), FRAGMENT)
    return {"page": desk.ask(typed), "json": desk.ask(Asked(f"{CUSTOMER}/{id}"))}


def board(desk: Workplace) -> Sides:
    """Return the sides of a board with its first cards."""
    page = Asked("trouble_ticket/board")
    cards = len(CARDS.findall(desk.ask(page)().decode()))
    return {"page": desk.ask(page), "json": desk.ask(Asked(f"{TICKETS}?limit={cards}"))}


def tile(desk: Workplace) -> Sides:
    """Return the sides of a figure on a dashboard."""
    counted = Asked(f"{TICKETS}?limit=1&status=inProgress", headers={"Prefer": "count=exact"})
    return {"page": desk.ask(Asked(TILE, headers=FRAGMENT)), "json": desk.ask(counted)}


def parts(desk: Workplace) -> Iterator[tuple[str, Workplace, Sides]]:
    """Yield what is compared, and who asks."""
    customer = customer_of(desk)
    id, party = str(customer["id"]), customer["engagedParty"]["href"].partition(f"/{AFFILIATE}/")[2]
    yield "record", desk, {"page": desk.ask(Asked(f"customer/{id}")), "json": desk.ask(Asked(f"{CUSTOMER}/{id}"))}
    everything, first = whole(desk, id, party)
    yield "360 with its boxes", desk, everything
    yield "360, first box", desk, first
    yield "form round trip", desk, form(desk, id)
    yield "board", desk, board(desk)
    lead = desk.signed_in("team_lead")
    yield "tile", lead, tile(lead)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_place(parser, "sqlite")
    parser.add_argument("--windows", type=int, default=WINDOWS)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with lent(given.database, given.at) as place, at_work(place, customers=given.customers) as desk:
        for name, who, sides in parts(desk):
            spent = who.compared(sides, given.windows)
            rounded = {side: round(value) for side, value in spent.items()}
            found[name] = rounded | {"page ÷ json": round(spent["page"] / spent["json"], 2)}
    told = {"database": place.kind, "parts": found}
    print(json.dumps(told, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
