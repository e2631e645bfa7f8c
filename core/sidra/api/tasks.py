"""What TM Forum has no resource for, asked by POST under `ext/v1`: each through the gate, with its function.

A value is revealed, a list exported, what is held about a person handed out, and a person erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from sidra.access.functions import EXPORT, PRIVACY, REVEAL
from sidra.access.reveal import reveal
from sidra.api.calls import Reply
from sidra.api.documents import outward
from sidra.api.queries import read_list_request
from sidra.api.selection import Selection
from sidra.api.service import JSON, PRIVATE, Api, dump, load
from sidra.api.shapes import Form, Shape, Shapes
from sidra.errors import Invalid, NotFound, Problem
from sidra.privacy.links import Links
from sidra.privacy.requests import Requests
from sidra.privacy.standing import Erasures, Standing
from sidra.privacy.surveying import Erasure
from sidra.records.exporting import Export
from sidra.records.query import Query
from sidra.records.service import Records

CSV = ("Content-Type", "text/csv; charset=utf-8")
PATH = "ext/v1/"


class Task(msgspec.Struct, frozen=True):
    """One request of a task, taken apart."""

    api: Api
    records: Records
    base: str
    """`https://host/affiliate/tmf-api/`."""
    body: Mapping[str, Any] = MappingProxyType({})

    def text(self, *names: str) -> str:
        """A text of the body, by the names that lead to it; raises Invalid where there is none."""
        found: object = self.body
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        if not isinstance(found, str) or not found:
            raise Invalid([Problem("R602", ".".join(names), "a text is needed here", "see the reference of the API")])
        return found

    def shape(self, *names: str) -> Shape:
        """The shape of a type that the body names; raises Invalid where there is none."""
        given = self.text(*names)
        entity = self.api.shapes.by_type.get(given)
        if entity is None:
            raise Invalid([Problem("R602", ".".join(names), f"no type `{given[:60]}`", "name it as `@type` does")])
        return self.api.shapes.of(entity)


def read_task(api: Api, records: Records, base: str, body: bytes) -> Task:
    """A request with a body; raises Invalid where that is no JSON object."""
    found = load(body)
    if not isinstance(found, dict):
        raise Invalid([Problem("R602", "", "the body is a JSON object", "write {…}")])
    return Task(api, records, base, found)


def reveal_value(task: Task) -> Reply:
    """A value that the client sees masked, whole, for a reason."""
    task.records.profile.demand(REVEAL)
    shape, id = task.shape("record", "@referredType"), task.text("record", "id")
    name = task.text("attribute")
    members = shape.at(tuple(name.split(".")))
    if len(members) != 1 or members[0].form is not Form.VALUE:
        raise NotFound(f"{shape.type_name} has no attribute `{name[:60]}`", hint="name it as the resource does")
    value = reveal(task.records, shape.entity.name, id, members[0].name, _reason(task))
    told = {"record": {"id": id, "@referredType": shape.type_name}, "attribute": name}
    return _made({"@type": "RevealValue", **told, "value": outward(value, members[0])})


def export_list(task: Task) -> Reply:
    """A list as CSV, with the rows and columns that the client may see."""
    task.records.profile.demand(EXPORT)
    shape = task.shape("resource")
    asked = read_list_request(str(task.body.get("query") or ""), shape, task.api.shapes)
    names = tuple(_columns(shape, asked.selection)) if asked.selection is not None else ()
    query = Query(filters=asked.filters, sort=asked.sort, count=False)
    export = Export(task.records, shape.entity.name, query, names)
    titles = {member.name: member.spelling for member in shape.members.values()}
    return Reply(201, [CSV, PRIVATE], b"".join(export.lines(titles)))


def _columns(shape: Shape, wanted: Selection) -> Iterator[str]:
    """The members that `fields` names and that fit into a column."""
    for member in shape.members.values():
        if member.outside[0] in wanted and (member.form is Form.VALUE or _is_single(shape, member.name)):
            yield member.name


def _is_single(shape: Shape, name: str) -> bool:
    relation = shape.entity.relations.get(name)
    return relation is not None and not relation.many


def hand_out(task: Task) -> Reply:
    """Everything that is held about a person, for a reason."""
    requests = _requests(task.records, task.text("party", "id"))
    found = requests.package(_reason(task), task.records.actor.locale)
    return _made({"@type": "PersonalDataPackage", **found.data})


def erase(task: Task) -> Reply:
    """Begin to erase a person, for a reason; with `preview` tell what that would do, and change nothing."""
    requests = _requests(task.records, task.text("party", "id"))
    if task.body.get("preview") is True:
        told = {"@type": ERASURE, "party": {"id": requests.record.id}, "state": "preview"}
        return Reply(200, [JSON, PRIVATE], dump(told | _numbers(task.api.shapes, requests.preview())))
    standing = requests.erase(_reason(task))
    href = f"{task.base}{PATH}{ERASURE_RESOURCE}/{standing.id}"
    return _made(_document(task.api.shapes, standing, href), ("Location", href))


def erasure(task: Task, id: str) -> Reply:
    """How an erasure stands, for who may ask for one."""
    task.records.profile.demand(PRIVACY)
    standing = _visible(task.records, id)
    if standing is None:
        raise NotFound("no such erasure", hint="take the address that asking for it gave")
    href = f"{task.base}{PATH}{ERASURE_RESOURCE}/{id}"
    return Reply(200, [JSON, PRIVATE], dump(_document(task.api.shapes, standing, href)))


def _visible(records: Records, id: str) -> Standing | None:
    """An erasure of somebody whom the client sees; that there is one of somebody else is not told."""
    try:
        standing = Erasures(records.runtime.store).get(id)
        if standing is not None:
            _requests(records, standing.subject)
    except (ValueError, NotFound):
        return None
    return standing


ERASURE, ERASURE_RESOURCE = "PersonalDataErasure", "personalDataErasure"
TASKS: Mapping[str, Callable[[Task], Reply]] = MappingProxyType(
    {
        f"{PATH}revealValue": reveal_value,
        f"{PATH}exportList": export_list,
        f"{PATH}personalDataPackage": hand_out,
        f"{PATH}{ERASURE_RESOURCE}": erase,
    }
)
"""By the way to each below `tmf-api/`."""
TASK_ITEMS: Mapping[str, Callable[[Task, str], Reply]] = MappingProxyType({f"{PATH}{ERASURE_RESOURCE}": erasure})
"""Those that are kept and can be read again."""


def _requests(records: Records, id: str) -> Requests:
    """The requests of the person with an id, of whatever kind; raises Forbidden, or NotFound."""
    records.profile.demand(PRIVACY)
    links = Links(records.runtime.model)
    for root in sorted(links.persons):
        if records.find(root, id) is not None:
            return Requests(records, root, id, links)
    raise NotFound("no such person", hint="it may be gone, or not yours to see")


def _reason(task: Task) -> str:
    found = task.body.get("reason")
    return found if isinstance(found, str) else ""


def _numbers(shapes: Shapes, found: Erasure) -> dict[str, object]:
    """What was counted, by types and attributes as clients name them."""
    return {
        "takenOut": _by_path(shapes, found.done.attributes),
        "leftEmpty": _by_path(shapes, found.done.left_empty),
        "removed": _by_type(shapes, found.done.removed),
        "shared": _by_type(shapes, found.shared),
        "held": [
            {"@referredType": _type(shapes, hold.entity), "count": hold.count, "state": hold.state}
            for hold in found.held
        ],
        "quarantinedRows": found.rejects,
    }


def _by_path(shapes: Shapes, counts: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for path, count in counts.items():
        entity, _, name = path.partition(".")
        member = shapes.of(entity).members.get(name) if entity in shapes.model.entities else None
        found[f"{_type(shapes, entity)}.{member.spelling if member is not None else name}"] = count
    return found


def _by_type(shapes: Shapes, counts: Mapping[str, int]) -> dict[str, int]:
    return {_type(shapes, entity): count for entity, count in counts.items()}


def _type(shapes: Shapes, entity: str) -> str:
    """What clients call an entity, which the configuration may have lost since."""
    return shapes.of(entity).type_name if entity in shapes.model.entities else entity


def _document(shapes: Shapes, standing: Standing, href: str) -> dict[str, object]:
    state = "stopped" if standing.stopped_by else "done" if standing.is_done else "inProgress"
    told: dict[str, object] = {
        "id": standing.id,
        "href": href,
        "@type": ERASURE,
        "party": {"id": standing.subject},
        "state": state,
        "reason": standing.reason,
        "requestedDate": standing.asked_at,
        "recordsDone": standing.done,
        "recordsTotal": standing.total,
        **_numbers(shapes, standing.erasure),
    }
    if standing.ended_at is not None:
        told["completionDate"] = standing.ended_at
    return told | ({"code": standing.stopped_by} if standing.stopped_by else {})


def _made(document: Mapping[str, object], *headers: tuple[str, str]) -> Reply:
    return Reply(201, [JSON, PRIVATE, *headers], dump(document))
