"""The whole report of an affiliate, and its forms: Markdown for the documentation, a page for integrators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from sidra.api.openapi.document import apis, describe
from sidra.api.openapi.sight import resource_of
from sidra.api.service import Api
from sidra.conformance.described import DescribedApi, Json, read_offered, read_standard
from sidra.conformance.differences import Difference, Weight, differences
from sidra.conformance.live import answers
from sidra.conformance.reasons import why
from sidra.errors import BadQuery
from sidra.events.projecting import types_of

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.api.shapes import Shape
    from sidra.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Compared:
    """One API of the standard beside that of the affiliate."""

    id: str
    """Of the standard's document, such as `TMF621`."""
    path: str
    title: str
    is_offered: bool
    resources: int
    """Of the standard, that the affiliate offers."""
    differences: Sequence[Difference]

    @property
    def counts(self) -> Mapping[Weight, int]:
        """How many differences there are of each weight."""
        found = Counter(one.weight for one in self.differences)
        return {weight: found[weight] for weight in Weight}


@dataclass(frozen=True, slots=True)
class Report:
    """How an affiliate compares with the documents of the standard."""

    affiliate: str
    role: str
    apis: Sequence[Compared]

    @property
    def is_clean(self) -> bool:
        """Whether no client that was written from the standard fails at what is offered."""
        return not any(api.counts[Weight.BREAKS] for api in self.apis)


def read_documents(folder: Path) -> dict[str, DescribedApi]:
    """The documents of TM Forum in a folder, by their ids; raises BadQuery where there are none or one is broken."""
    found = {}
    for file in sorted(folder.glob("TMF*.json")):
        try:
            found[file.stem.partition("-")[0]] = read_standard(orjson.loads(file.read_bytes()))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise BadQuery(
                f"{file.name} is no Swagger 2 document", hint="take the file as TM Forum gives it"
            ) from error
    if not found:
        raise BadQuery(f"no TMF*.json in {folder}", hint="give the folder of TM Forum's Swagger files")
    return found


def conformance(runtime: Runtime, actor: Actor, documents: Mapping[str, DescribedApi]) -> Report:
    """Compare all that an affiliate offers to an actor with documents of the standard, and ask it for records."""
    api, records = Api(runtime), runtime.records(actor)
    sight = api.descriptions.sight(records.profile)
    offered = apis(sight)
    found = []
    for id, standard in documents.items():
        shapes, document = offered.get(standard.path, []), describe(sight, standard.path)
        if document is None:
            found.append(Compared(id, standard.path, standard.title, is_offered=False, resources=0, differences=()))
            continue
        events = frozenset(type_ for shape in shapes for type_ in types_of(shape))
        ours = read_offered(document, standard.path, events, {resource_of(shape): _computed(shape) for shape in shapes})
        told = [
            *differences(standard, ours, partial(why, sight, standard.path)),
            *answers(api, records, document, shapes),
        ]
        both = len(standard.resources.keys() & ours.resources.keys())
        found.append(Compared(id, standard.path, standard.title, is_offered=True, resources=both, differences=told))
    return Report(runtime.model.affiliate, " ".join(sorted(actor.roles)), found)


def _computed(shape: Shape) -> frozenset[str]:
    return frozenset(member.outside[0] for member in shape.members.values() if member.is_computed)


def as_dict(report: Report) -> Json:
    """The report as JSON has it."""
    return {
        "affiliate": report.affiliate,
        "role": report.role,
        "clean": report.is_clean,
        "apis": [
            {
                "id": api.id,
                "path": api.path,
                "title": api.title,
                "offered": api.is_offered,
                "resources": api.resources,
                **{weight.value: count for weight, count in api.counts.items()},
                "differences": [
                    {
                        "weight": one.weight.value,
                        "resource": one.resource,
                        "place": one.place,
                        "what": one.what,
                        "why": one.why,
                    }
                    for one in api.differences
                ],
            }
            for api in report.apis
        ],
    }


def as_markdown(report: Report) -> str:
    """The report for the documentation; nothing in it depends on the machine or the day."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# TM Forum's APIs in `{report.affiliate}`"
    yield ""
    yield f"What `sidra conformance {report.affiliate}` says of the role `{report.role}`. `breaks`: a client written"
    yield "from the standard fails; `lacks`: it does without; `extends`: it finds more than it knows."
    yield ""
    yield "| API | path | resources | breaks | lacks | extends |"
    yield "|---|---|---|---|---|---|"
    for api in report.apis:
        counts = " | ".join(str(api.counts[weight]) for weight in Weight)
        said = f"{api.resources} | {counts}" if api.is_offered else "not offered | | |"
        yield f"| {api.id} {api.title} | `{api.path}` | {said} |"
    for api in report.apis:
        if api.differences:
            yield from _table(api)


def _table(api: Compared) -> Iterator[str]:
    yield from ("", f"## {api.id} {api.title}", "", "| | where | what | why |", "|---|---|---|---|")
    for one in sorted(api.differences, key=lambda one: (list(Weight).index(one.weight), one.resource, one.place)):
        where = ".".join(part for part in (one.resource, one.place) if part)
        yield f"| {one.weight} | `{where}` | {one.what} | {one.why} |"


def as_page(report: Report) -> str:
    """The report as one page of HTML that needs nothing else."""
    environment = Environment(
        loader=PackageLoader("sidra.conformance", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html.jinja").render(report=report, weights=list(Weight))
