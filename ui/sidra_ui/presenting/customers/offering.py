"""Offers for a customer: what they may be offered, what fits best and why, and what they said to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sidra.errors import NotFound
from sidra.records.query import Query
from sidra.records.record import Record
from sidra_metamodel.kinds.screens.view360 import Panel, Reply
from sidra_metamodel.values import Money
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import name_of, number_of
from sidra_ui.viewmodels.common import Action, Badge, Tone
from sidra_ui.viewmodels.view360 import Offer
from sidra_ui.viewmodels.view360 import Panel as PanelView

CANDIDATES = 100
"""Records that are looked at; the filter of the box narrows them in the database."""
ABOUT = "about"
HIGH_SCORE, MOST_SCORE = 70, 100


def offers(desk: Desk, panel: Panel, record: Record, head: PanelView) -> PanelView:
    """The best offers, the best first."""
    scored = sorted(candidates(desk, panel, record), key=lambda each: -each[0])[: panel.limit]
    if not scored:
        return replace(head, state="empty", message=desk.messages.text("no_offers"))
    views = tuple(view(desk, panel, record, offer, score) for score, offer in scored)
    return replace(head, state="ready", offers=views)


def candidates(desk: Desk, panel: Panel, record: Record) -> Iterator[tuple[int, Record]]:
    """What may be offered, with how well it fits."""
    query = Query(where=desk.screens.condition([panel.filter]), limit=CANDIDATES, count=False)
    names = {ABOUT: record}
    for offer in desk.records.list(str(panel.source), query).records:
        if panel.when is None or desk.screens.evaluate(panel.when, desk.records, offer, names) is True:
            found = desk.screens.evaluate(panel.score, desk.records, offer, names) if panel.score else None
            score = number_of(found)
            yield max(0, min(MOST_SCORE, int(score))) if score is not None else 0, offer


def view(desk: Desk, panel: Panel, record: Record, offer: Record, score: int) -> Offer:
    """One offer."""
    names = {ABOUT: record}
    reasons = tuple(
        desk.text(reason.text)
        for reason in panel.reasons.values()
        if reason.when is None or desk.screens.evaluate(reason.when, desk.records, offer, names) is True
    )
    price = offer.get(panel.price or "")
    tone: Tone = "green" if score >= HIGH_SCORE else "amber"
    replies = tuple(action(desk, panel, record, offer, reply) for reply in usable(desk, panel))
    return Offer(
        name_of(desk, offer),
        Badge(desk.messages.text("offer_score", score=score), tone) if panel.score is not None else None,
        reasons[0] if reasons else "",
        desk.formats.amount(price) if isinstance(price, Money) else "",
        desk.messages.text("offer_a_month", currency=desk.formats.symbol(price.currency))
        if isinstance(price, Money)
        else "",
        replies,
        reasons,
    )


def usable(desk: Desk, panel: Panel) -> Iterator[Reply]:
    """The buttons that the reader may use."""
    return (each for each in panel.replies.values() if not each.hidden and desk.records.may(each.create, "create"))


def action(desk: Desk, panel: Panel, record: Record, offer: Record, reply: Reply) -> Action:
    """A button of an offer."""
    address = desk.addresses.record(record.entity, record.id, "360", panel.name, reply.name, offer.id)
    return Action(desk.label(reply), address, style="primary" if reply.primary else "ghost", method="post")


def keep_reply(desk: Desk, panel: Panel, record: Record, name: str, offer_id: str) -> None:
    """Keep what the customer said to an offer; raises NotFound for what is not offered, Forbidden and Invalid."""
    reply = next((each for each in usable(desk, panel) if each.name == name), None)
    offer = next((each for _, each in candidates(desk, panel, record) if each.id == offer_id), None)
    if reply is None or offer is None:
        raise NotFound("this is not offered any more", hint="look at the offers anew")
    target = desk.model.entity(reply.create)
    values = {given.name: desk.screens.evaluate(given.value, desk.records, record) for given in reply.values.values()}
    if reply.text is not None:
        values[reply.text] = f"{desk.label(reply)}: {name_of(desk, offer)}"
    about = desk.model.relations_between(target.name, record.entity)
    what = desk.model.relations_between(target.name, offer.entity)
    values |= {relation.name: record.id for relation in about[:1]} | {relation.name: offer.id for relation in what[:1]}
    desk.records.create(target.name, values)
