"""Takes away what accounts had set that are no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.access.tables import access_tables_alone
from sidra.preferences.tables import preference_tables_alone
from sidra.store.prepared import Prepared

if TYPE_CHECKING:
    from sidra.runtime import Runtime


def forget_strangers(runtime: Runtime) -> int:
    """Delete the settings and views of whoever has no account any more; return how many these were."""
    tables, account = preference_tables_alone(), access_tables_alone().account
    return sum(
        Prepared(runtime.store, table.delete().where(table.c.account_id.not_in(sa.select(account.c.id)))).run()
        for table in (tables.setting, tables.view)
    )
