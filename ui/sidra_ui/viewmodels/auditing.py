"""The page of the audit: who did what, for those who look after it."""

from dataclasses import dataclass

from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.shell import Place, Shell
from sidra_ui.viewmodels.tables import Pager, Table


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries of the audit, the latest first, and the form that narrows them."""

    shell: Shell
    place: Place
    action: str
    """Where the form leads."""
    fields: tuple[FieldView, ...]
    table: Table
    pager: Pager
    note: str = ""
    """That there may be more further back; empty where the list ends or is full."""
    clear_href: str = ""
    """Leads to the whole audit; empty where nothing narrows it."""
