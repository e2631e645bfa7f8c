"""What is hostile or broken, sent to a real server on each database: refused by a code, and nothing happens."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from tests.proofs.counting import Counts
from tests.proofs.served import Served, served

from sidra.access.actor import system_actor
from sidra.audit.verification import Verification
from sidra.records.query import Query

ROOT = "/sn/tmf-api/proofs/v4"
OTHER = "00000000-0000-7000-8000-0000000000ff"
TEN_MEGABYTES = 10 * 1024 * 1024
TIMEOUT_SECONDS = 30
HOSTILE = (
    b"' OR 1=1 --", b"'; DROP TABLE account; --", b"x' UNION SELECT 1", b"\x00", b"a\x00b", b"\xff\xfe",
    b"\xed\xb3\xbf", b"%", b"_", b"\\", b'"* OR NEAR(', b"{}", b"\xe2\x80\xae", b"A" * 5_000, b"1e999", b"NaN",
    b"9" * 400, b"-1", b"null",
)  # fmt: skip
NAMES = ("name", "code", "total", "total.gt", "number", "id", "createdAt.lt", "lines.text", "name.contains", "nonsense")
PAGING = ("sort", "fields", "offset", "limit", "cursor")
BODIES = (
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe{\x00", b"\x00", b'{"name":"\\ud800"}', b'{"name":"a\\u0000b"}',
    b'{"name":1e999}', b'{"name":NaN}', b'{"name":{"a":1}}', b'{"name":["x"]}', b'{"name":"x","total":1e40}',
    b'{"name":"x","total":"' + b"9" * 5_000 + b'"}', b'{"name":"x","lines":"no"}', b'{"name":"x","lines":[1,2]}',
    b'{"name":"x","lines":[{"text":"1"},{"text":"2"},{"text":"3"},{"text":"4"},{"text":"5"},{"text":"6"}]}',
    b'{"name":"x","friends":[{"id":"' + OTHER.encode() + b'"}]}', b'{"name":"x","friends":[{"id":"no id"}]}',
    b'{"name":"' + b"x" * 100_000 + b'"}', b'{"name":"x","name2":1,"@type":"Ticket"}',
    b'{"name":"x","version":7,"id":"1"}',
    b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    '{"name":"é"}'.encode("latin-1"), '{"name":"x"}'.encode("utf-16"),
)  # fmt: skip
TYPES = (
    "text/plain",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "",
    "x" * 300,
)
TAGS = ("x", '"0-x"', '"99999999999999999999"', "é", "", "W/", '"1"' * 1_000)
METHODS = ("PUT", "TRACE", "PROPFIND", "x" * 30)
RAW = (
    b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"NONSENSE\r\n\r\n",
    b"POST " + ROOT.encode() + b"/account HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST " + ROOT.encode() + b"/account HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999999999\r\n\r\n",
    b"POST " + ROOT.encode() + b"/account HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """An installation on each database, which is served."""
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None
    with served(tmp_path, server) as found:
        found.start()
        yield found


class Attacker:
    """Somebody with a token who sends anything."""

    def __init__(self, installation: Served, counts: Counts) -> None:
        self._installation, self._counts = installation, counts
        self.wrong: list[object] = []

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
        """Return the status of the answer, which is noted where it is no good one."""
        sent = {"Authorization": f"Bearer {self._installation.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(
            http.client.HTTPConnection("127.0.0.1", self._installation.port, timeout=TIMEOUT_SECONDS)
        ) as asked:
            # Who is refused before all of it was sent has the answer all the same.
            with suppress(BrokenPipeError, ConnectionResetError):
                asked.request(method, path, body, sent)
            answer = asked.getresponse()
            text = answer.read()
        self._counts["hostile requests"] += 1
        is_coded = answer.status < http.client.BAD_REQUEST or {"code", "reason"} <= json.loads(text or b"{}").keys()
        if answer.status >= http.client.INTERNAL_SERVER_ERROR or not is_coded:
            self.wrong.append((method, path[:200], (body or b"")[:80], answer.status, text[:300]))
        return answer.status

    def knock(self, raw: bytes) -> None:
        """Send what is no HTTP, and take whatever comes."""
        with socket.create_connection(("127.0.0.1", self._installation.port), timeout=TIMEOUT_SECONDS) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65_536)
        self._counts["hostile requests"] += 1
        if b" 500 " in answer.split(b"\r\n", 1)[0]:
            self.wrong.append((raw[:80], answer[:300]))


def test_bad_input_is_refused_by_a_code_and_changes_nothing(installed: Served, counts: Counts) -> None:
    records = installed.runtime.records(system_actor("test"))
    kept = records.create("account", {"name": "Kept", "code": "kept", "lines": [{"text": "one"}]})
    before, attacker = picture(installed), Attacker(installed, counts)
    item = f"{ROOT}/account/{kept.id}"
    ask(attacker, item)
    assert write(attacker, item) == []
    for raw in RAW:
        attacker.knock(raw)
    assert attacker.wrong == []
    counts["answered by a fault"] += len(attacker.wrong)
    assert picture(installed) == before
    assert "Traceback" not in installed.log
    assert attacker.send("PATCH", item, b'{"total":5}') == http.client.OK
    assert Verification(installed.runtime.store, installed.runtime.keys, "sn").run().is_whole


def ask(attacker: Attacker, item: str) -> None:
    """Send hostile names and values of filters, pages, addresses and conditions."""
    for text in map(quote_from_bytes, HOSTILE):
        paths = [f"{ROOT}/account?{name}={text}" for name in NAMES + PAGING]
        paths += [f"{ROOT}/account?{text}=1", f"{ROOT}/account/{text}", f"{ROOT}/{text}"]
        for path in (*paths, f"/sn/tmf-api/{text}/v4/account", f"/{text}/tmf-api/x/v4/y"):
            attacker.send("GET", path)
        attacker.send("GET", item, If_None_Match=text[:2_000])


def write(attacker: Attacker, item: str) -> list[tuple[int, str]]:
    """Send what must be refused; return what was not, or not as it should."""
    collection, change = f"{ROOT}/account", b'{"total":5}'
    unsized = [(method, path, body) for body in BODIES for method, path in (("POST", collection), ("PATCH", item))]
    answers = [(attacker.send(*request), repr(request)[:100], 400) for request in unsized]
    answers += [(attacker.send("POST", collection, b'{"name":"x"}', Content_Type=kind), kind, 415) for kind in TYPES]
    large = [b'{"name":"' + b"x" * size + b'"}' for size in (TEN_MEGABYTES, 3 * TEN_MEGABYTES)]
    answers += [(attacker.send("POST", collection, body), "large", 413) for body in large]
    answers += [(attacker.send("PATCH", item, change, If_Match=tag), tag, 400) for tag in TAGS]
    answers += [(attacker.send(method, item, change), method, 405) for method in METHODS]
    return [(found, told) for found, told, wanted in answers if found != wanted]


def picture(installation: Served) -> list[object]:
    """All that is there, with its versions."""
    records = installation.runtime.records(system_actor("test"))
    found: list[object] = []
    for entity in ("account", "ticket", "line", "mark", "note"):
        page = records.list(entity, Query(limit=1_000))
        found += [
            (record.id, record.version, {name: str(value) for name, value in record.items()}) for record in page.records
        ]
    return found
