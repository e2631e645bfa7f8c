"""The comparison as plain data, for `--json` and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sidra.comparing.readiness import Readiness
from sidra_metamodel.comparing.comparison import ComparedAffiliate, Comparison
from sidra_metamodel.comparing.converging import Candidate
from sidra_metamodel.comparing.overrides import Override, counted
from sidra_metamodel.comparing.reuse import Reuse
from sidra_metamodel.governing.levels import level_name
from sidra_metamodel.governing.waivers import Waived

Plain = dict[str, object]


def as_dict(
    comparison: Comparison, affiliates: Iterable[str] | None = None, ready: Mapping[str, Readiness] | None = None
) -> Plain:
    """Return all numbers of a comparison, of some affiliates or of all."""
    names = comparison.affiliates if affiliates is None else affiliates
    return {
        "date": comparison.today.isoformat(),
        "version": comparison.version,
        **_reuse(comparison.reuse),
        "affiliates": {name: _affiliate(comparison, comparison.affiliates[name]) for name in names},
        "regions": [{"name": one.name, "affiliates": list(one.affiliates)} for one in comparison.regions],
        "candidates": [_candidate(one) for one in comparison.candidates],
        "upgrades": {
            name: {"version": one.version, "blocks": one.blocks, "classes": dict(one.classes)}
            for name, one in (ready or {}).items()
        },
        "waivers": [_waiver(comparison, one) for one in comparison.waivers],
    }


def _affiliate(comparison: Comparison, one: ComparedAffiliate) -> Plain:
    levels = counted(one.overrides, lambda each: level_name(each.level))
    return {
        "region": one.region,
        "version": one.version,
        "whole": one.is_whole,
        **_reuse(one.reuse),
        "domains": {domain: _reuse(one.domains[domain]) for domain in comparison.domains if domain in one.domains},
        "levels": dict(sorted(levels.items())),
        "categories": dict(sorted(counted(one.overrides, lambda each: each.category or "unsaid").items())),
        "layers": dict(sorted(counted(one.overrides, lambda each: each.layer).items())),
        "expired": sum(each.is_overdue(comparison.today) for each in one.overrides),
        "dead": [{"path": each.address, "place": str(each.at)} for each in one.dead],
        "overrides": [_override(comparison, each) for each in one.overrides],
    }


def _reuse(found: Reuse) -> Plain:
    return {
        "reuse": round(found.ratio, 4),
        "weighted": round(found.weighted, 4),
        "leaves": found.leaves,
        "equal": found.equal,
    }


def _override(comparison: Comparison, one: Override) -> Plain:
    difference, reason = one.difference, one.difference.reason
    return {
        "path": one.address,
        "domain": one.domain,
        "level": level_name(one.level),
        "layer": one.layer,
        "value": difference.value,
        "below": difference.below,
        "place": str(difference.at),
        "below_place": str(difference.below_at) if difference.below_at is not None else None,
        "why": reason.why,
        "ticket": reason.ticket,
        "until": reason.until.isoformat() if reason.until is not None else None,
        "category": reason.category,
        "expired": one.is_overdue(comparison.today),
    }


def _waiver(comparison: Comparison, one: Waived) -> Plain:
    return {
        "affiliate": one.affiliate,
        "path": one.path,
        "allows": one.allows,
        "until": one.until.isoformat() if one.until is not None else None,
        "past": one.is_past(comparison.today),
        "approver": one.approver,
        "why": one.why,
        "ticket": one.ticket,
        "place": str(one.at),
    }


def _candidate(one: Candidate) -> Plain:
    return {
        "path": one.address,
        "affiliates": list(one.affiliates),
        "level": level_name(one.level),
        "likeness": str(one.likeness),
        "to": one.target,
        "name": one.name or None,
        "needs": list(one.needs),
        "values": {each.affiliate: each.difference.value for each in one.overrides},
    }
