"""`python -m sidra` is the command `sidra`."""

from sidra.cli import main

main(prog_name="sidra")
