"""A worker of the server: its own application, made where it runs."""

from __future__ import annotations

import gc
import os
import socket
import threading
from functools import partial
from typing import Any, NamedTuple

from sidra.affiliates.registry import Affiliates
from sidra.errors import SidraError
from sidra.jobs.process import run_worker
from sidra.live.streams import MOST_STREAMS, Streams
from sidra.releases.serving import REQUIRED, folders_in_force
from sidra.settings import Settings
from sidra.web.app import Application, create_app, installed_topics
from sidra.web.companion import Companion
from sidra.web.log import configure
from sidra.web.patience import Patient
from sidra.web.reload import Reloader, code_of, watch
from sidra.web.resting import begin_resting
from sidra.web.stopping import let_workers_die, repeat_until_heard

CONNECTIONS = 500
"""How many of a worker are open at a time besides those of streams; more wait until one is closed."""
KILL_SECONDS = 20
"""How long a worker may take to end, with what it is answering."""


class Served:
    """What the processes of a server have in common; made once, before they are forked.

    So the machine keeps it once, and a new process has nothing to load. Where processes are not forked, each makes it
    anew.
    """

    def __init__(self, affiliates: Affiliates, *, reloads: bool) -> None:
        """Load all affiliates; reloads: whether what is saved is put in force."""
        self.affiliates, self.reloads = affiliates, reloads
        affiliates.load_all()
        settings = affiliates.settings
        code = code_of(affiliates.plugins.names) if reloads else ()
        follows = reloads or settings.releases == REQUIRED
        self.reloader = Reloader(affiliates, folders_in_force(settings), code) if follows else None
        self._app = create_app(settings, affiliates, refresh=self.reloader, topics=installed_topics())

    def __reduce__(self) -> tuple[partial[Served], tuple[Affiliates]]:
        """A process that shares no memory with this one makes it anew."""
        return partial(Served, reloads=self.reloads), (self.affiliates,)

    def settle(self) -> None:
        """Make ready to be forked: no connection survives that, and what is never looked at stays shared."""
        self.affiliates.rest()
        gc.collect()
        gc.freeze()

    def renew(self) -> None:
        """Load what was saved since: a process that takes the place of another one serves that."""
        self.affiliates.reload()
        self.affiliates.load_all()

    def application(self) -> Application:
        """The application, at work in this process."""
        if self.reloader is not None and self.reloads:
            watch(self.reloader, threading.Event())
        self._app.registry.looks.begin(self.affiliates)
        begin_resting(self.affiliates, threading.Event())
        return self._app


class Answering(NamedTuple):
    """What a worker answers with: its application, and the streams of its process."""

    app: Application
    streams: Streams


def start_worker(served: Served) -> Answering:
    """What a worker that has just been started answers with."""
    repeat_until_heard(parent=os.getppid())
    served.renew()
    app = served.application()
    return Answering(Patient(app), app.registry.streams)


def work_beside(served: Served, *, parent: int) -> None:
    """Do durable work as long as the process that serves is there."""
    served.renew()
    run_worker(served.affiliates, reloads=served.reloads, parent=parent)


class NotListening(SidraError):
    """Nobody can listen at the address of the settings."""

    code = "R006"


def free_address(settings: Settings) -> str:
    """The address that the host of the settings stands for; raises NotListening where it cannot be listened at."""
    try:
        (family, *_, found), *_ = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found)
            probe.listen()
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no name of a host"
        reason = f"Sidra cannot listen at {settings.host[:80]}, port {settings.port}: {why}"
        raise NotListening(reason, hint="give another `--port` or `--host`, or end what listens there") from error
    return str(found[0])


def serve(affiliates: Affiliates, address: str, *, reloads: bool) -> None:
    """Serve until the process is told to end; each worker looks for saved files by itself."""
    from granian.constants import Interfaces  # noqa: PLC0415 - the server is loaded only where it serves
    from granian.server import Server  # noqa: PLC0415 - as above

    from sidra.web.worker import serve_requests  # noqa: PLC0415 - as above

    settings = affiliates.settings
    server = Server(
        "sidra.web.serving:start_worker",
        address=address,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=1 if reloads else settings.workers,
        backpressure=CONNECTIONS + MOST_STREAMS,
        log_access=False,
        log_level="error",  # type: ignore[arg-type]  # the enum's own value
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
        websockets=False,
    )
    configure(settings.log_level)
    served = Served(affiliates, reloads=reloads)
    let_workers_die()
    repeat_until_heard()
    served.settle()
    work = partial(work_beside, served, parent=os.getpid())
    companion = Companion(work) if settings.worker == "beside" else None
    if companion is not None:
        companion.start()
    try:
        start: Any = partial(start_worker, served)
        server.serve(serve_requests, start, wrap_loader=False)
    finally:
        if companion is not None:
            companion.stop()
