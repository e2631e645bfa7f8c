"""Everything that somebody of a role asks of a world over its records, its API, its screens and its feeds."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from tests.affiliates.pairs import differing
from tests.affiliates.worlds import Browser, World
from tests.core.records.hidden_data import Answers, Interview, Question, drafted, told

from sidra.access.why import why
from sidra.api.shapes import Shapes
from sidra.cli.why import _lines as lines_of
from sidra.interfaces.loading import FeedLoader
from sidra.records.grouping import Grouping
from sidra.records.service import Records
from sidra_metamodel.kinds.entity import Entity

SEEN_AND_NOT = 2
"""Records of each entity, of those that are seen and of those that are not."""
VALUES = ("Xylograph 0000", 7, "2001-01-07")
TEXTS = ("xylograph", "zzyzx", "0000", "a", "+221771110000")
PARTS = ("", "/360", "/edit", "/merge", "/merge?q=xylograph")
TOKENS = r"[0-9a-f]{64}|sidra_[A-Za-z0-9_-]+|\bv4\.[A-Za-z0-9_-]+"
"""What each browser and client is given by lot."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
OF_WRITES = frozenset({"ETag"})
"""Headers that say of a new record what was drawn by lot."""


def outside(name: str) -> str:
    """A member's name as clients of the API write it."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@dataclass
class Asking:
    """Somebody of a role, and what is asked: of so many questions one, the same ones in both worlds."""

    world: World
    role: str
    units: tuple[str, ...]
    rate: int
    shift: int = 0
    """Which of so many."""
    answers: Answers = field(default_factory=dict)

    @cached_property
    def records(self) -> Records:
        return self.world.records(self.role, self.units)

    @cached_property
    def browser(self) -> Browser:
        return self.world.browser(self.role, self.units)

    @cached_property
    def headers(self) -> dict[str, str]:
        return self.world.token(self.role, self.units)

    @cached_property
    def ids(self) -> list[str]:
        """Records to ask for: of each entity some that are seen, and some that are not."""
        found = []
        for name, ids in self.world.ids.items():
            seen = [id for id in ids if self.records.find(name, id) is not None]
            found += [*seen[:SEEN_AND_NOT], *[id for id in reversed(ids) if id not in seen][:SEEN_AND_NOT]]
        return found

    @cached_property
    def known(self) -> frozenset[str]:
        """All ids that are there before anybody writes."""
        return frozenset(id for ids in self.world.ids.values() for id in ids) | {*self.world.units}

    def ask(self) -> Answers:
        """Ask everything, what changes records last; return the answers by question."""
        self._interview()
        for entity in self.world.entities():
            self._about(entity)
        self._pages()
        self._posts()
        self._feeds()
        self._writes()
        return self.answers

    def _is_chosen(self, question: Question, rate: int | None = None) -> bool:
        wanted = rate or self.rate
        return zlib.crc32(repr(question).encode()) % wanted == self.shift % wanted

    def _keep(self, question: Question, ask: Callable[[], Any], rate: int = 1) -> None:
        if self._is_chosen(question, rate):
            self.answers[question] = self._without_lots(told(ask))

    def _without_lots(self, answer: object) -> object:
        """An answer without what was drawn by lot: only ids that were there before stay."""
        return answer if isinstance(answer, bytes) else self._drawn(repr(answer))

    def _drawn(self, text: str) -> str:
        text = re.sub(TOKENS, "…", text)
        return ID.sub(lambda found: found.group() if found.group() in self.known else "…", text)

    # The records.

    def _interview(self) -> None:
        names = [entity.name for entity in self.world.entities()]
        interview = Interview(
            names, self.ids, VALUES, TEXTS, except_for=self._is_exception, keep=partial(self._is_chosen, rate=None)
        )
        self.answers |= interview.answers(self.records)

    def _is_exception(self, question: Question) -> bool:
        """`search: exact` may match a masked value whole."""
        if question[0] != "filter" or question[3] not in {"eq", "in"}:
            return False
        name, entities = question[2].rpartition(".")[2], self.world.entities()
        return any(one.attributes[name].search == "exact" for one in entities if name in one.attributes)

    def _about(self, entity: Entity) -> None:
        """What would be saved and is like it, how many there are of each kind, and why."""
        drafts = list(self._values(entity))
        for number, values in enumerate(drafts):
            for id in (None, *self._own_ids(entity)):
                self._keep(("draft", entity.name, id, number), partial(drafted, self.records, entity.name, values, id))
                alike = partial(self._alike, entity.name, values, id)
                self._keep(("alike", entity.name, id, number), alike)
        for name in (*entity.attributes, "unit", "created_at:month"):
            for by, sums in (((name,), ()), ((), (name,)), ((name,), (name,))):
                grouping = Grouping(by=by, sums=sums)
                self._keep(("group", entity.name, by, sums), partial(self.records.grouped, entity.name, grouping))
        explained = why(self.world.runtime, self.records.actor, entity.name)
        lines = partial(lines_of, explained, list(explained.members), {}, self.role, "")
        self._keep(("why", entity.name), lambda: list(lines()))

    def _alike(self, entity: str, values: Mapping[str, Any], id: str | None) -> object:
        found = self.records.draft(entity, values, id=id).likenesses
        return [(one.record.id, one.record.title, one.sign, one.score, one.refuses) for one in found]

    def _own_ids(self, entity: Entity) -> list[str]:
        return [id for id in self.ids if id in self.world.ids.get(entity.name, ())]

    def _values(self, entity: Entity) -> Iterator[dict[str, Any]]:
        """What is entered: nothing, what is hidden in one world, one by one and all together, and what cannot be."""
        pairs = {name: differing(self.world.model, one) for name, one in entity.attributes.items()}
        given = {name: pair for name, pair in pairs.items() if pair is not None}
        yield from ({}, {"unit": "nowhere"}, {"nothing": "7"})
        for place in (0, 1):
            yield {name: pair[place] for name, pair in given.items()}
        for name, pair in given.items():
            yield from ({name: value} for value in pair if self._is_chosen((entity.name, name, str(value)), 4))

    # Addresses that are read.

    def _pages(self) -> None:
        for address in self._addresses():
            self._page("GET", address)

    def _page(self, method: str, address: str, given: Mapping[str, Any] | None = None, body: object = None) -> None:
        """Keep what the application answers at an address: status, headers and text."""
        question = ("page", method, address, str(given or body or ""))
        is_api = "/tmf-api/" in address
        if is_api and body is not None:
            send = self.world.app.patch_json if method == "PATCH" else self.world.app.post_json
            ask = partial(send, address, body, headers=self.headers)
        elif is_api:
            send = self.world.app.delete if method == "DELETE" else self.world.app.get
            ask = partial(send, address, headers=self.headers)
        elif given is not None:
            ask = partial(self.browser.post, address, {**given, "csrf_token": self._form_token})
        else:
            ask = partial(self.browser.get, address)
        answer = ask(expect_errors=True)
        dropped = {"Set-Cookie", "Date", "Content-Length", *(OF_WRITES if method != "GET" else ())}
        kept = {name: value for name, value in answer.headers.items() if name not in dropped}
        told_by = (self._drawn(text.replace(self._account, "…")) for text in (str(kept), answer.text))
        self.answers[question] = (answer.status_code, *told_by)

    @cached_property
    def _account(self) -> str:
        """The id of the account that signs in, which is drawn by lot."""
        account = self.world.entrance.accounts.find(self.browser.role)
        assert account is not None
        return account.id

    @cached_property
    def _form_token(self) -> str:
        found = FORM_TOKEN.search(self.browser.get(f"/{self.world.model.affiliate}/my-account").text)
        assert found is not None
        return found.group(1)

    def _addresses(self) -> Iterator[str]:
        """Addresses of the API and of the screens, made from the Model."""
        home = f"/{self.world.model.affiliate}"
        for address in (*self._of_api(home), *self._of_screens(home)):
            if self._is_chosen((address,), max(1, self.rate // 8)):
                yield address
        for text in ("xylograph", "zzyzx", "0000"):
            yield from (f"{home}/search?q={text}", f"{home}/search/suggest?q={text}")
        yield from (f"{home}{page}" for page in ("/", "/duplicates", "/feeds", "/configuration"))
        # Not by moment: each look that is refused is an entry, and none of them says a value.
        yield f"{home}/audit?entity=customer&action=update"

    def _of_api(self, home: str) -> Iterator[str]:
        for location, shape in Shapes(self.world.model).resources.items():
            collection = f"{home}/tmf-api/{location}"
            yield f"{collection}?limit=1000"
            for name in map(outside, shape.entity.attributes):
                for one in (f"sort={name}", f"sort=-{name}", f"fields={name}", f"{name}=7", f"{name}.gt=Y"):
                    yield f"{collection}?{one}&limit=5"
            yield from (f"{collection}/{id}" for id in self._own_ids(shape.entity))

    def _of_screens(self, home: str) -> Iterator[str]:
        for entity in self.world.entities():
            page = f"{home}/{entity.name}"
            ends = ("", "?q=xylograph", "?sort=-created_at", "/why", "/new?q=xylograph")
            yield from (page + end for end in ends)
            for name in (*entity.attributes, *entity.relations):
                yield f"{page}/lookup?field={name}&q=xylo"
            others = self._own_ids(entity)
            for id in others:
                yield from (f"{page}/{id}{part}" for part in PARTS)
                yield from (f"{page}/{id}/merge?with={other}" for other in others)
                yield from (f"{page}/{id}/transition/{step}" for step in self._steps(entity))
            yield from (f"{page}/{id}/why" for id in others[:1])

    def _steps(self, entity: Entity) -> list[str]:
        return list(entity.lifecycle.transitions) if entity.lifecycle is not None else []

    # Forms that are posted, and what is written.

    def _posts(self) -> None:
        """Forms with what cannot be saved, or is outdated: what they say."""
        home = f"/{self.world.model.affiliate}"
        for entity in self.world.entities():
            page = f"{home}/{entity.name}"
            texts = [self._texts(values) for values in self._values(entity)]
            posted: list[tuple[str, dict[str, str]]] = [(f"{page}/export", {}), (f"{page}/export?q=0000", {})]
            posted += [(f"{page}/preview", given) for given in texts]
            for id in self._own_ids(entity):
                ends = [f"{page}/{id}/{end}" for end in ("preview", "edit")]
                posted += [(end, {"version": "1", **given}) for end in ends for given in texts]
                posted += [(f"{page}/{id}/reveal/{name}", {"reason": ""}) for name in entity.attributes]
                posted += [(f"{page}/{id}/transition/{step}", {"version": "1"}) for step in self._steps(entity)]
                posted += [(f"{page}/{id}/delete", {"version": "1"})]
            for address, given in posted:
                if self._is_chosen(("post", address, str(given)), self.rate):
                    self._page("POST", address, given)

    def _texts(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: str(value) for name, value in values.items() if not isinstance(value, dict)}

    def _writes(self) -> None:
        """New records, changes, steps and removals that are kept, the same ones in both worlds."""
        shapes = {shape.entity.name: location for location, shape in Shapes(self.world.model).resources.items()}
        for entity in self.world.entities():
            page = f"/{self.world.model.affiliate}/{entity.name}"
            collection = f"/{self.world.model.affiliate}/tmf-api/{shapes.get(entity.name, '')}"
            for values in self._values(entity):
                body = {outside(name): value for name, value in values.items()}
                if entity.name in shapes and self._is_chosen((entity.name, str(values)), self.rate // 4):
                    self._page("POST", collection, body=body)
                    for id in self._own_ids(entity):
                        self._page("PATCH", f"{collection}/{id}", body=body)
            for id in self._own_ids(entity):
                if not self._is_chosen((entity.name, id[-4:]), 2):
                    continue
                if entity.name in shapes:
                    self._page("DELETE", f"{collection}/{id}")
                else:
                    self._page("POST", f"{page}/{id}/delete", {"version": ""})
        for entity in self.world.entities():
            self._keep(("left", entity.name), partial(self._left, entity.name))

    def _left(self, entity: str) -> object:
        found = self.records.list(entity)
        return [record.id for record in found.records], found.count

    def _feeds(self) -> None:
        """Load rows of records that are seen, that are not, and that are new; look at what was rejected."""
        for name, feed in self.world.model.interfaces.items():
            if feed.kind_ != "feed" or not feed.into or not feed.key:
                continue
            loader = FeedLoader(self.world.runtime, name)
            columns = sorted(loader.feed.shape.columns)
            with Path(self.world.folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
                rows = csv.writer(file)
                rows.writerow(columns)
                for number, key in enumerate(("x-1", "x-2", *self._keys(feed.into, feed.key))):
                    rows.writerow([key if "ID" in one else ("7" if number % 2 else "") for one in columns])
            self._keep(("feed", name), lambda: loader.run(self.world.folder / "rows.csv", self.records.actor))  # noqa: B023
            self._keep(("rejects", name), lambda: loader.rejects(self.records.actor))  # noqa: B023 - called at once
            self._page("GET", f"/{self.world.model.affiliate}/feeds/{name}")

    def _keys(self, entity: str, key: str) -> list[str]:
        found = (self.world.system.find(entity, id) for id in self.ids)
        return [str(record[key]) for record in found if record is not None and record.get(key)]
