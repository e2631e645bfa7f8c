"""Lists of 50 rows as pages, beside the JSON of the same rows with the same attributes.

    python bench/lists.py [--database sqlite] [--windows 21] [--customers 2000]

A page is what an agent of the demonstration opens, with all that surrounds the rows; a part is what a search in the
standing list is answered. The JSON is what a client asks who wants to show the same: the rows in the same order, of
their attributes those that the page shows. Where a column shows what another resource has, as the telephone number of a
customer, that is asked for as well, for all 50 at once. `whole` is the list as JSON with all attributes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from databases import add_place, lent
from workplace import CUSTOMERS, WINDOWS, Asked, Workplace, at_work

ROWS = 50
GOAL = 1.5
ROW = re.compile(rb'<tr id="row-([0-9a-f-]+)"')
SEARCH = {"HX-Request": "true", "HX-Target": "sidra-table#list"}
PARTIES = ("individual", "organization")


@dataclass(frozen=True)
class Listed:
    """A list, and how a client asks for the same."""

    page: str
    api: str
    sort: str
    fields: str
    view: str = "all"
    has_numbers: bool = False
    """It shows telephone numbers, which the parties behind the customers have."""

    def address(self, fields: str = "") -> str:
        """Return the address of the JSON."""
        chosen = f"&fields={fields}" if fields else ""
        return f"tmf-api/{self.api}?limit={ROWS}&sort={self.sort}{chosen}"


LISTS = (
    Listed(
        "customer",
        "customerManagement/v4/customer",
        "-monthlyCharges,name",
        "name,number,overdue,segment,status,monthlyCharges,customerSince,engagedParty",
        has_numbers=True,
    ),
    Listed(
        "trouble_ticket",
        "troubleTicket/v4/troubleTicket",
        "-createdAt",
        "name,number,relatedParty,ticketType,priority,status,queue,assignee,expectedResolutionDate,creationDate",
    ),
    Listed(
        "party_interaction",
        "partyInteraction/v4/partyInteraction",
        "-interactionDate.startDateTime",
        "interactionDate,relatedParty,channel,direction,category,reason,queue,assignee,status",
    ),
    Listed(
        "product",
        "productInventory/v4/product",
        "-startDate",
        "name,serviceNumber,relatedParty,category,status,price,startDate",
    ),
    Listed(
        "customer_bill",
        "customerBillManagement/v4/customerBill",
        "-billDate",
        "billNo,relatedParty,billDate,paymentDueDate,amountDue,remainingAmount,state",
    ),
)


def same(desk: Workplace, listed: Listed) -> tuple[Asked, ...]:
    """Return what a client asks for to show the same rows; ends the run where they are others."""
    first = Asked(listed.address(listed.fields))
    rows = desk.json(first)
    shown = [one.decode() for one in ROW.findall(desk.ask(Asked(f"{listed.page}?view={listed.view}&size={ROWS}"))())]
    if len(shown) != ROWS or [row["id"] for row in rows] != shown:
        sys.exit(f"{listed.page}: page and JSON show other rows; the run is thrown away")
    return (first, *(numbers(rows) if listed.has_numbers else ()))


def numbers(rows: list[dict[str, dict[str, str]]]) -> Iterator[Asked]:
    """Yield what gives the contact media of the parties behind some customers."""
    for kind in PARTIES:
        ids = [row["engagedParty"]["id"] for row in rows if f"/{kind}/" in row["engagedParty"]["href"]]
        if ids:
            yield Asked(f"tmf-api/party/v4/{kind}?limit={ROWS}&fields=contactMedium&id={','.join(ids)}")


def measured(desk: Workplace, windows: int) -> dict[str, dict[str, float]]:
    """Return, for each list, microseconds of page, part and JSON, and how they compare."""
    found = {}
    for listed in LISTS:
        page = f"{listed.page}?view={listed.view}&size={ROWS}"
        sides = {
            "page": desk.ask(Asked(page)),
            "part": desk.ask(Asked(page, headers=SEARCH)),
            "json": desk.all_of(same(desk, listed)),
            "whole": desk.ask(Asked(listed.address())),
        }
        spent = desk.compared(sides, windows)
        ratios = {f"{name} ÷ json": round(spent[name] / spent["json"], 2) for name in ("page", "part")}
        whole = {"page ÷ whole": round(spent["page"] / spent["whole"], 2)}
        found[listed.page] = {name: round(value) for name, value in spent.items()} | ratios | whole
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_place(parser, "sqlite")
    parser.add_argument("--windows", type=int, default=WINDOWS)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    with lent(given.database, given.at) as place, at_work(place, customers=given.customers) as desk:
        lists = measured(desk, given.windows)
    found = {"database": place.kind, "lists": lists, "most": max(one["page ÷ json"] for one in lists.values())}
    print(json.dumps(found, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
