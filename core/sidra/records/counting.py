"""How many records a query has, as of now or of moments ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.records.listing import Listing
from sidra.records.query import COUNT_CAP, Query
from sidra.records.record import Count
from sidra.records.recounting import Recount

if TYPE_CHECKING:
    from sidra.records.service import Records


def count_of(records: Records, entity: str, query: Query, recount: Recount) -> Count:
    """Return how many records a query has, counted up to the cap, by `recount` perhaps a little earlier.

    Raises BadQuery and Forbidden as the list of the same query does.
    """
    return recounted(records, Listing(records.readable(entity), query), recount)


def countable(records: Records, entity: str, query: Query) -> Listing:
    """Return a query checked to its end, for `recounted`; raises as `count_of` does."""
    listing = Listing(records.readable(entity), query)
    # Conditions are checked against the reader's rights where they become a statement.
    _ = listing.counting
    return listing


def recounted(records: Records, listing: Listing, recount: Recount) -> Count:
    """Return the same of a query that `countable` gave, perhaps for another reader of the very same rights."""
    statement, given = listing.asking_count(records, COUNT_CAP)
    ((number,),) = recount.rows(records, statement, given)
    return Count(min(number, COUNT_CAP), number <= COUNT_CAP)
