"""The access package as a page that a person reads in a browser, without any network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from babel import Locale

from sidra.rules.wording import tell

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1917}"
    "h2{margin-top:2.5rem;border-bottom:1px solid #d6d3d1}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:start;padding:.35rem .6rem;border-bottom:1px solid #e7e5e4;vertical-align:top}"
    "th{width:16rem;font-weight:500;color:#57534e}summary{margin:.6rem 0;cursor:pointer}"
    "@media(prefers-color-scheme:dark){body{background:#1c1917;color:#f5f5f4}th{color:#a8a29e}"
    "td,th,h2{border-color:#44403c}}"
)


def package_page(data: Mapping[str, Any], locale: str) -> str:
    """Return the page of a package, in a language of the affiliate."""
    direction = Locale.parse(locale.replace("-", "_")).text_direction
    title = escape(tell("package_title", locale))
    parts = [
        f'<!doctype html><html lang="{escape(locale)}" dir="{direction}">',
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>',
        f"<style>{STYLE}</style><h1>{title}</h1>",
        f"<p>{escape(tell('package_of', locale, affiliate=data['affiliate'], at=data['made_at'][:10]))}</p>",
        *(part for record in data["records"] for part in _record(record, locale)),
        *_shared(data["shared"], locale),
    ]
    return "\n".join(parts)


def _record(record: Mapping[str, Any], locale: str) -> Iterator[str]:
    yield f"<h2>{escape(record['label'])}</h2><table>"
    for value in record["values"]:
        yield f"<tr><th>{escape(value['label'])}</th><td>{escape(_shown(value['value']))}</td></tr>"
    source = tell("package_entered", locale) if record["source"] == "entered" else record["source"]
    yield f"<tr><th>{escape(tell('package_source', locale))}</th><td>{escape(source)}</td></tr></table>"
    yield from _rows(record["history"], tell("package_history", locale), ("at", "action", "attribute", "old", "new"))
    yield from _rows(record["access"], tell("package_access", locale), ("at", "action", "reason"))


def _rows(rows: list[Mapping[str, Any]], title: str, names: tuple[str, ...]) -> Iterator[str]:
    if rows:
        yield f"<details><summary>{escape(title)} ({len(rows)})</summary><table>"
        for row in rows:
            yield f"<tr>{''.join(f'<td>{escape(_shown(row[name]))}</td>' for name in names)}</tr>"
        yield "</table></details>"


def _shared(shared: list[Mapping[str, Any]], locale: str) -> Iterator[str]:
    if shared:
        names = ", ".join(sorted(escape(one["label"]) for one in shared))
        yield f"<h2>{escape(tell('package_shared', locale))}</h2><p>{names}</p>"


def _shown(value: Any) -> str:  # noqa: ANN401 - JSON
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items() if one is not None)
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)
