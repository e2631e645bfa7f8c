"""What telling a subscriber costs: events a second of one worker, from rows in the outbox to answers on loopback.

    python bench/events.py [--events 2000] [--json]

The subscriber is a small server in a process of its own, which answers each event at once. Records are read as the
subscriber may see them, put in their envelopes and signed; stores and durable work are SQLite files.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.core.events.desk import Subscriber  # noqa: E402 - found by the line above
from tests.core.events.test_kill import subscribed, write  # noqa: E402 - as above
from tests.core.events.works import make_desk, start  # noqa: E402 - as above

from sidra.access.actor import system_actor  # noqa: E402 - as above
from sidra.affiliates.registry import Affiliates  # noqa: E402 - as above

GOAL = 200.0
"""Events a second."""
LISTENER = """
import socket, sys, threading
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
def serve(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    while line := stream.readline():
        length = 0
        while (line := stream.readline()) not in (b"\\r\\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        stream.read(length)
        connection.sendall(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def measured(folder: Path, events: int) -> dict[str, float]:
    """The figures."""
    affiliates = Affiliates(make_desk(folder))
    runtime = affiliates.get("sn")
    assert runtime is not None
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", LISTENER, str(port)]) as listener:
        subscribed(runtime, Subscriber(port=port))
        write(runtime, system_actor("bench"), events // 2)
        worker = start(folder)
        try:
            while not (runtime.events.deliveries.waiting() or not runtime.outbox.oldest(1)):
                time.sleep(0.002)
            began = time.perf_counter()
            while runtime.outbox.oldest(1) or runtime.events.deliveries.waiting():
                time.sleep(0.01)
            seconds = time.perf_counter() - began
            # Nothing was given up, and the subscription did not end.
            assert [one.failures for one in runtime.events.subscriptions.list()] == [0]
            assert not runtime.events.deliveries.dead()
        finally:
            worker.terminate()
            worker.wait()
            listener.kill()
    affiliates.close()
    return {"events_a_second": round(events / seconds, 1), "of_goal": round(events / seconds / GOAL, 2)}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2000, metavar="COUNT")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder) / "desk", given.events)
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<30} {value:>8,.2f}")


if __name__ == "__main__":
    main()
