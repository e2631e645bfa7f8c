"""`sidra gap`: how far each affiliate is from the baseline, why, and what several of them do alike."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sidra.cli.configuration import writing
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import answer, tell, wants_json

if TYPE_CHECKING:
    from sidra.comparing.comparisons import Comparisons
    from sidra.comparing.readiness import Readiness
    from sidra_metamodel.comparing.comparison import ComparedAffiliate, Comparison


_MOST_SHOWN: Final = 20
"""So many promotion candidates are printed."""


def register(main: click.Group) -> None:
    """Add the command."""
    main.add_command(gap)


@click.command()
@click.argument("affiliate", required=False)
@click.option("--matrix", is_flag=True, help="Reuse of the baseline by affiliate and domain.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the whole report as one page, with charts."
)
@click.option("--language", default="en", show_default=True, help="The language of the page: en, fr, ar or pl.")
@click.option("--fix", is_flag=True, help="Delete overrides that change nothing, once it is proven that they do not.")
def gap(affiliate: str | None, *, matrix: bool, html: Path | None, language: str, fix: bool) -> None:
    """Tell how much of the baseline each affiliate reuses, where it differs and why; or one affiliate in full.

    Counted are differences: what an affiliate says otherwise, and what it adds. `sidra baseline lock` and `sidra
    upgrade` count overrides: what it says of what the baseline has.
    """
    from sidra.comparing.comparisons import Comparisons
    from sidra.comparing.plainly import as_dict
    from sidra.settings import installation

    with refusals():
        comparisons = Comparisons(installation(os.environ, Path.cwd()))
        comparison = comparisons.of(datetime.now(UTC).date())
        names = [_known(comparison, affiliate)] if affiliate is not None else list(comparison.affiliates)
        if fix:
            _fix(comparisons, comparison, names)
            return
        if html is not None:
            _write_report(html, comparison, names, language, comparisons.readiness())
            return
        if wants_json():
            answer(as_dict(comparison, names, comparisons.readiness()))
        elif matrix:
            _print_matrix(comparison, names)
        elif affiliate is not None:
            _print_one(comparison, comparison.affiliates[affiliate])
        else:
            _print_all(comparison, comparisons.readiness())


def _known(comparison: Comparison, affiliate: str) -> str:
    from sidra_metamodel.layering.layers import UnknownAffiliate
    from sidra_metamodel.suggest import listed

    if affiliate not in comparison.affiliates:
        raise UnknownAffiliate(f"no affiliate `{affiliate}`", hint=f"there are {listed(comparison.affiliates)}")
    return affiliate


def _fix(comparisons: Comparisons, comparison: Comparison, names: Sequence[str]) -> None:
    from sidra_metamodel.promoting.fixing import fix
    from sidra_metamodel.promoting.writing import write_all

    found = [one for name in names for one in comparison.affiliates[name].dead]
    now = comparisons.configuration
    files = fix(now.layers, now.language, comparison.today, found)
    write_all(files)
    for one in found:
        tell(f"{one.at.path}:{one.at.line}: {one.address} is deleted")
    deleted = [{"path": one.address, "place": str(one.at)} for one in found]
    overrides = "override that changes" if len(found) == 1 else "overrides that change"
    places = "file" if len(files) == 1 else "files"
    tell(
        f"{len(found)} {overrides} nothing, in {len(files)} {places}; every affiliate has what it had",
        deleted=deleted,
        files=[one.shown for one in files],
    )


def _write_report(
    path: Path, comparison: Comparison, names: Sequence[str], language: str, ready: Mapping[str, Readiness]
) -> None:
    from sidra.comparing.report import LANGUAGES, report

    if language not in LANGUAGES:
        raise click.BadParameter(f"there are {', '.join(LANGUAGES)}", param_hint="'--language'")
    text = report(comparison, names, language, ready)
    with writing(path, "--html"):
        path.write_text(text, encoding="utf-8")
    tell(f"{path}: {len(names)} affiliates", path=str(path))


def percent(share: float) -> str:
    """Return a share as people read it; what is not all is never shown as 100."""
    return f"{min(share * 100, 99.9 if share < 1 else 100):.1f}"


def _print_matrix(comparison: Comparison, names: Sequence[str]) -> None:
    rows = [
        {
            "affiliate": name,
            "all": percent(one.reuse.ratio),
            **{domain: _cell(one, domain) for domain in comparison.domains},
        }
        for name in names
        for one in [comparison.affiliates[name]]
    ]
    print_rows(rows, ("affiliate", "all", *comparison.domains))


def _cell(one: ComparedAffiliate, domain: str) -> str | None:
    return percent(one.domains[domain].ratio) if domain in one.domains else None


def _print_all(comparison: Comparison, ready: Mapping[str, Readiness]) -> None:
    rows = [
        {**_summary(comparison, one), **({"upgrade": _upgrade(ready.get(name))} if ready else {})}
        for name, one in comparison.affiliates.items()
    ]
    print_rows(rows, tuple(rows[0]) if rows else ())
    found = comparison.candidates
    if found:
        click.echo(
            f"\n{len(found)} changes are made alike by three affiliates or more; `sidra promote PATH` shares one:"
        )
        print_rows([*_candidates(comparison)][:_MOST_SHOWN], ("path", "level", "to", "affiliates", "likeness"))
        if len(found) > _MOST_SHOWN:
            click.echo(f"and {len(found) - _MOST_SHOWN} more; --html and --json have all")


def _upgrade(ready: Readiness | None) -> str | None:
    """Return what stands in the way of the newest baseline; None for who has it."""
    if ready is None:
        return None
    found = ", ".join(f"{count} {name.lower()}" for name, count in ready.classes.items())
    return f"{ready.version}: {found or 'clean'}"


def _summary(comparison: Comparison, one: ComparedAffiliate) -> Mapping[str, object]:
    levels = [sum(each.level == level for each in one.overrides) for level in (1, 2, 3, 4)]
    return {
        "affiliate": one.name,
        "baseline": one.version,
        "reuse_%": percent(one.reuse.ratio),
        "weighted_%": percent(one.reuse.weighted),
        "overrides": len(one.overrides),
        **{f"L{level}": count for level, count in enumerate(levels, 1)},
        "expired": sum(each.is_overdue(comparison.today) for each in one.overrides),
        "waived": sum(each.affiliate == one.name for each in comparison.waivers),
        "no_effect": len(one.dead),
    }


def _candidates(comparison: Comparison) -> Iterator[Mapping[str, object]]:
    for one in comparison.candidates:
        yield {
            "path": one.address,
            "level": f"L{one.level}",
            "to": one.target,
            "affiliates": list(one.affiliates),
            "likeness": str(one.likeness),
        }


def _print_one(comparison: Comparison, one: ComparedAffiliate) -> None:
    print_rows([_summary(comparison, one)], tuple(_summary(comparison, one)))
    click.echo()
    rows = [
        {
            "path": each.address,
            "level": f"L{each.level}",
            "value": each.difference.value,
            "baseline": each.difference.below,
            "category": each.category,
            "why": each.difference.reason.why,
            "place": f"{each.difference.at.path}:{each.difference.at.line}",
        }
        for each in one.overrides
    ]
    print_rows(rows, ("path", "level", "value", "baseline", "category", "why", "place"))
