"""The way to why a field is here."""

from __future__ import annotations

from sidra.access.functions import CONFIGURE
from sidra_metamodel.kinds.entity import Attribute
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.configuration.findings import CONFIGURATION
from sidra_ui.presenting.desk import Desk

PATH = "path"


def why_here(desk: Desk, source: Source) -> str:
    """Where a configurator reads why a field is there; empty for everybody else, and for what no file declares."""
    if source.member is None or not desk.records.profile.may_use(CONFIGURE):
        return ""
    words = "attributes" if isinstance(source.member, Attribute) else "relations"
    path = f"entity.{source.entity}.{words}.{source.member.name}"
    return with_query(desk.addresses.page(CONFIGURATION, "explain"), ((PATH, path),))
