"""A worker of the server: its own application, made where it runs."""

from __future__ import annotations

import os
import socket
import threading

from sidra.affiliates.registry import Affiliates
from sidra.errors import SidraError
from sidra.settings import Settings
from sidra.web.app import Application, create_app, installed_topics
from sidra.web.companion import Companion
from sidra.web.log import configure
from sidra.web.patience import THREADS, Patient
from sidra.web.reload import Reloader, code_of, watch
from sidra.web.stopping import let_workers_die, repeat_until_heard

KILL_SECONDS = 20
"""How long a worker may take to end, with what it is answering."""


def load_application(settings: Settings, *, reloads: bool) -> Application:
    """The application of this process, with the affiliates of the settings."""
    affiliates = Affiliates(settings)
    affiliates.load_all()
    refresh = None
    if reloads:
        refresh = Reloader(affiliates, (settings.baseline, *settings.affiliates), code_of(affiliates.plugins.names))
        watch(refresh, threading.Event())
    app = create_app(settings, affiliates, refresh=refresh, topics=installed_topics())
    app.registry.looks.begin(affiliates)
    return app


def start_worker(settings: Settings, *, reloads: bool) -> Application:
    """The application of a worker that has just been started."""
    repeat_until_heard(parent=os.getppid())
    return Patient(load_application(settings, reloads=reloads))


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


def serve(settings: Settings, address: str, *, reloads: bool) -> None:
    """Serve until the process is told to end; each worker looks for saved files by itself."""
    from functools import partial  # noqa: PLC0415 - beside what it serves

    from granian.constants import Interfaces  # noqa: PLC0415 - the server is loaded only where it serves
    from granian.server import Server  # noqa: PLC0415 - as above

    server = Server(
        "sidra.web.serving:load_application",
        address=address,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1 if reloads else settings.workers,
        blocking_threads=THREADS,
        backpressure=500,
        log_access=False,
        # Its one warning is of the number of threads, which take turns.
        log_level="error",  # type: ignore[arg-type]  # the enum's own value
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
        websockets=False,
    )
    configure(settings.log_level)
    let_workers_die()
    repeat_until_heard()
    companion = Companion(reloads=reloads) if settings.worker == "beside" else None
    if companion is not None:
        companion.start()
    try:
        server.serve(target_loader=partial(start_worker, settings, reloads=reloads), wrap_loader=False)
    finally:
        if companion is not None:
            companion.stop()
