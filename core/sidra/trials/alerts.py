"""Records that also tell which messages stand at the head of their pages, as tests read them."""

from __future__ import annotations

from typing import Any

from sidra.records.readers import Row
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.trials.stand import TracedRuntime
from sidra_metamodel.expressions import EvaluationError, compile_python
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.model.test_names import ALERTS


class WatchedRecords(Records):
    """The records as an actor sees them, each with its `alerts`."""

    def load(self, record: Record, row: Row, name: str) -> Any:  # noqa: ANN401 - of any type
        """Return a member that is loaded, or the alerts of a record whose entity has no member of that name."""
        entity = self.runtime.model.entities.get(record.entity)
        is_member = entity is None or name in entity.attributes or name in entity.relations
        return self.alerts(record) if name == ALERTS and not is_member else super().load(record, row, name)

    def alerts(self, record: Record) -> list[dict[str, str]]:
        """Return the messages that are up for a record: of the pages of its entity and of its supertypes."""
        model = self.runtime.model
        family = {record.entity, *model.ancestors(record.entity)}
        pages = [screen for screen in model.screens.values() if screen.of in family]
        if isinstance(self.runtime, TracedRuntime):
            self.runtime.touched.update(("screen", page.name) for page in pages)
        return [told for page in pages for told in self._told(page, record)]

    def _told(self, page: Screen, record: Record) -> list[dict[str, str]]:
        model = self.runtime.model
        up = [alert for alert in page.alerts.values() if not alert.hidden and self._holds(page, alert.name, record)]
        locale = self.actor.locale
        return [
            {"rule": one.name, "level": one.level, "screen": page.name, "text": one.text.text(locale, *model.locales)}
            for one in up
        ]

    def _holds(self, page: Screen, name: str, record: Record) -> bool:
        model = self.runtime.model
        evaluate = compile_python(model.expression(page.alerts[name].when), model.functions)
        try:
            return evaluate(self.environment(record)) is True
        except EvaluationError:
            return False
