import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from tests.ui.served import Site

from sidra.configuration import read_configuration
from sidra.settings import installation
from sidra_ui import translating
from sidra_ui.i18n import i18n
from sidra_ui.translating import document, is_true, survey_affiliate, survey_screens, written


@pytest.fixture
def here(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a small installation, as that of the command."""
    for name in ("BASELINE", "AFFILIATES", "HOME"):
        monkeypatch.delenv(f"SIDRA_{name}", raising=False)
    settings = site.affiliates.settings
    monkeypatch.setenv("SIDRA_BASELINE", str(settings.baseline))
    monkeypatch.setenv("SIDRA_AFFILIATES", ":".join(map(str, settings.affiliates)))
    monkeypatch.setenv("SIDRA_HOME", str(settings.home))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_screens_are_translated_into_every_language() -> None:
    found = [survey_screens(language) for language in ("fr", "ar", "pl")]
    assert {survey.locale: (survey.missing, survey.stale) for survey in found if not survey.is_complete} == {}


@pytest.mark.parametrize(
    ("source", "message", "is_right"),
    [
        ("Hello {name}", "Bonjour {name}", True),
        ("Hello {name}", "Bonjour {nom}", False),
        (None, "Bonjour", False),
        ({"one": "{count} day", "other": "{count} days"}, {"one": "{count} jour", "other": "{count} jours"}, False),
        ({"one": "a", "other": "b"}, {"one": "a", "many": "b", "other": "b"}, True),
    ],
)
def test_a_sentence_is_stale_that_says_something_else(source: object, message: object, *, is_right: bool) -> None:
    assert is_true(source, message, "fr") is is_right  # type: ignore[arg-type]  # any message


def test_each_affiliate_shows_all_texts_in_its_own_languages(root: Path) -> None:
    found = read_configuration(installation({}, root))
    for name in found.layers.affiliates:
        model = found.load(name).draft
        surveys = [survey_affiliate(model, locale) for locale in model.locales]
        assert {one.locale: (one.missing, one.stale) for one in surveys if not one.is_complete} == {}, name


def test_a_text_without_a_language_is_missing_in_it(site: Site) -> None:
    found = survey_affiliate(site.runtime.model, "fr")
    assert found.count > 20
    assert survey_affiliate(site.runtime.model, "ar").missing
    assert "entity.customer.label" not in found.missing


def test_a_document_has_the_text_to_translate_from_beside_each_path(site: Site) -> None:
    text = written("ar", document(site.runtime.model, "ar", everything=False))
    assert text.startswith("translation: ar\n")
    assert '# Customer\nentity.customer.label: ""\n' in text
    assert YAML(typ="safe").load(text)["translation"] == "ar"


def test_the_command_counts_and_fails_where_something_is_left(here: Path) -> None:
    result = CliRunner().invoke(i18n, ["check", "sn", "--json"])
    found = json.loads(result.output)
    assert {"scope", "locale", "count", "missing", "stale"} == set(found[0])
    assert any(one["scope"] == "sn" for one in found)
    assert result.exit_code == (0 if all(not one["missing"] and not one["stale"] for one in found) else 1)


def test_a_file_that_was_exported_and_filled_in_is_taken_in(here: Path) -> None:
    exported = CliRunner().invoke(i18n, ["export", "sn", "fr", "--all"])
    assert exported.exit_code == 0, exported.output
    file = here / "fr.yaml"
    file.write_text("translation: fr\nentity.customer.label: Abonné\nentity.ticket.label: ''\n")
    result = CliRunner().invoke(i18n, ["import", "sn", "fr", str(file)])
    assert "1 texts taken into sn in `fr`" in result.output
    assert 'entity.customer.label: "Abonné"' in CliRunner().invoke(i18n, ["export", "sn", "fr", "--all"]).output


@pytest.mark.parametrize(
    "text", ["translation: pl\n", "[]", "a: [", "translation: fr\nentity.customer.label: 3\n", "\x00", ""]
)
def test_a_file_that_is_none_changes_nothing(here: Path, text: str) -> None:
    file = here / "fr.yaml"
    file.write_text(text)
    result = CliRunner().invoke(i18n, ["import", "sn", "fr", str(file)])
    assert result.exit_code == 3
    assert "R180" in result.output


def test_a_text_for_what_is_not_there_changes_nothing(here: Path) -> None:
    file = here / "fr.yaml"
    file.write_text("translation: fr\nentity.nothing.label: Rien\n")
    result = CliRunner().invoke(i18n, ["import", "sn", "fr", str(file)])
    assert "R180" in result.output
    assert "E107" in result.output
    assert "nothing" not in CliRunner().invoke(i18n, ["export", "sn", "fr", "--all"]).output


def test_a_language_that_the_affiliate_does_not_have_is_refused(here: Path) -> None:
    assert "R404" in CliRunner().invoke(i18n, ["export", "sn", "xx"]).output


def test_what_stood_in_a_translation_stays_with_its_comments() -> None:
    former = b"translation: fr\n# why\na.b.label: x\n"
    assert translating.merged(former, "fr", {"a.c.label": "y"}) == former + b"a.c.label: y\n"
