"""What kind of record a new one shall be, where there are several."""

from __future__ import annotations

from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import frame, shell
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.pages import MessagePage


def choice_page(desk: Desk, entity: str) -> MessagePage:
    """The kinds that the reader may create, to choose from."""
    kinds = [desk.model.entity(name) for name in desk.model.subtypes(entity)]
    actions = tuple(
        Action(desk.label(kind), desk.addresses.new(kind.name), desk.icon(kind.icon), "primary")
        for kind in kinds
        if not kind.abstract and desk.records.may(kind.name, "create")
    )
    declared = desk.model.entity(entity)
    return MessagePage(
        frame=frame(desk.model, desk.locale, desk.visit.theme, desk.visit.languages),
        title=desk.new(declared),
        text=desk.messages.text("choose_kind"),
        icon="plus",
        actions=actions,
        shell=shell(desk),
    )
