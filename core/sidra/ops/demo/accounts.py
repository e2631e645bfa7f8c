"""The people who sign in to a demonstration: one for each role that matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sidra.access.entrance import Entrance
from sidra.runtime import Runtime

PASSWORD = "meridian-demo"  # noqa: S105 - printed at every start: a demonstration has no secret
TEAM_LEAD = "team_lead"
ROLES = ("agent", "back_office", TEAM_LEAD, "configurator", "administrator")
NAMES = {
    "sn": ("Fatou Ndoye", "Cheikh Ba", "Aminata Sow", "Ousmane Diop", "Marième Fall"),
    "eg": ("سارة عادل", "حسن فوزي", "منى سليمان", "كريم حجازي", "هالة منصور"),
    "pl": ("Ewa Malinowska", "Piotr Zając", "Joanna Król", "Tomasz Wróbel", "Anna Lis"),
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who can sign in."""

    affiliate: str
    login: str
    password: str
    role: str


def ensure_accounts(runtime: Runtime, units: tuple[str, ...]) -> Iterator[DemoAccount]:
    """Yield the accounts of an affiliate, made when absent: people of the counter work for all `units`.

    Team leads work for the regions that these stand in, where the affiliate has any.
    """
    regions = tuple(name for name, unit in runtime.model.layer.units.items() if unit.kind_ == "region")
    accounts = Entrance.of(runtime.affiliate, runtime.store).accounts
    names = NAMES.get(runtime.affiliate, ROLES)
    locale = runtime.model.locales[0]
    for role, name in zip(ROLES, names, strict=True):
        if role in runtime.model.roles:
            if accounts.find(role) is None:
                own = regions if role == TEAM_LEAD and regions else units
                accounts.create(role, name, PASSWORD, (role,), units=own, locale=locale)
            yield DemoAccount(runtime.affiliate, role, PASSWORD, role)
