"""The command `sidra`: one module a topic, each registered by one line."""

from __future__ import annotations

import click

from sidra.cli import (
    accounts,
    admission,
    audit,
    baseline,
    channel,
    completion,
    configuration,
    conformance,
    db,
    demo,
    duplicates,
    events,
    feeds,
    gap,
    jobs,
    keys,
    lsp,
    new,
    plan,
    privacy,
    promote,
    releases,
    report,
    serve,
    simulate,
    store,
    test,
    upgrade,
    why,
    work,
)
from sidra.cli.program import Program


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sidra")
def main() -> None:
    """Sidra: a CRM for telecom groups, declared in layered YAML."""


completion.register(main)
configuration.register(main)
new.register(main)
serve.register(main)
simulate.register(main)
accounts.register(main)
admission.register(main)
audit.register(main)
channel.register(main)
demo.register(main)
feeds.register(main)
duplicates.register(main)
report.register(main)
keys.register(main)
lsp.register(main)
privacy.register(main)
store.register(main)
db.register(main)
conformance.register(main)
gap.register(main)
promote.register(main)
plan.register(main)
releases.register(main)
work.register(main)
jobs.register(main)
events.register(main)
test.register(main)
why.register(main)
upgrade.register(main)
baseline.register(main)
main.finish()
