"""`sidra lsp`: the language server that editors start."""

from __future__ import annotations

import os

import click


def register(main: click.Group) -> None:
    """Add the command of this topic."""
    main.add_command(lsp)


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, as is always done.")
def lsp(stdio: bool) -> None:  # noqa: ARG001 - editors pass it, and there is no other way
    """Serve an editor: complete, explain and underline the YAML of layers while it is written.

    The editor starts it in the folder that holds `sidra.yaml` or `affiliates`; docs/editors.md says how.
    """
    import logging
    import sys
    from importlib.metadata import version

    import structlog

    from sidra.language_server.server import make_server

    # Standard output belongs to the protocol.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    make_server(version("sidra"), os.environ).start_io()
