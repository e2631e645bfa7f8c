"""`sidra simulate`: plays the outside systems of the affiliates."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.refusals import refusals
from sidra.errors import SidraError

if TYPE_CHECKING:
    from sidra.affiliates.registry import Affiliates
    from sidra.connectors.simulating import Simulation

LOOK_SECONDS = 1.0
"""How soon a simulation ends whose starter is gone."""


class PortTaken(SidraError):
    """Nobody can listen at the port."""

    code = "R006"


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(simulate)


@click.command()
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Default: a free one.")
def simulate(port: int) -> None:
    """Play the outside systems of all affiliates until told to end (Ctrl+C), on this machine alone.

    Prints what to set for `sidra serve`. While it runs, what is posted to `/AFFILIATE/SIMULATOR/_control`, such as
    `{"delay": 5, "failing": 100}`, switches how a system behaves.
    """
    from sidra.affiliates.registry import Affiliates
    from sidra.settings import installation

    with refusals():
        played = simulation(Affiliates(installation(os.environ, Path.cwd())), port)
        for variable, address in variables(played).items():
            click.echo(f"export {variable}='{address}'")
        played.serve_forever()


def simulation(affiliates: Affiliates, port: int = 0) -> Simulation:
    """All simulators of the affiliates that are served; raises PortTaken."""
    from sidra.connectors.simulating import Simulation
    from sidra_metamodel.kinds.simulator import Simulator

    runtimes = [runtime for name in affiliates.names if (runtime := affiliates.get(name)) is not None]
    found = {
        (runtime.affiliate, name): each
        for runtime in runtimes
        for name, each in runtime.model.documents(Simulator.kind).items()
        if isinstance(each, Simulator)
    }
    variables_ = {
        each.base_url.environment: each.simulator
        for runtime in runtimes
        for each in runtime.model.interfaces.values()
        if each.kind_ == "connector" and each.simulator is not None and each.base_url is not None
    }
    try:
        return Simulation(found, variables_, port)
    except OSError as error:
        raise PortTaken(f"nobody can listen at port {port}", hint="give another `--port`") from error


def variables(played: Simulation) -> dict[str, str]:
    """The variables of the environment that lead connectors to their simulators."""
    return {name: f"{played.address}/{{affiliate}}/{simulator}" for name, simulator in played.variables.items()}


@contextmanager
def played_beside(affiliates: Affiliates) -> Iterator[None]:
    """Play, in a process of its own, the systems whose addresses the environment does not give."""
    played = simulation(affiliates)
    wanted = {name: address for name, address in variables(played).items() if name not in os.environ}
    if not wanted:
        played.server_close()
        yield
        return
    affiliates.rest()
    import multiprocessing

    process = multiprocessing.get_context("fork").Process(target=_play, args=(played, os.getpid()), daemon=True)
    process.start()
    played.socket.close()
    os.environ.update(wanted)
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _play(played: Simulation, parent: int) -> None:
    """Serve as long as whoever started it lives."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    over = threading.Event()

    def watch() -> None:
        while os.getppid() == parent and not over.wait(LOOK_SECONDS):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    played.serve_forever()
