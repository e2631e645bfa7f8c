"""Settings of feeds that no file can be read by."""

import pytest
from tests.metamodel.configurations import Found, expected

ATTRIBUTES = "{k: {type: string, unique: true}, d: {type: date}, n: {type: decimal}, m: {type: money}}"
ENTITY = {"baseline/a.yaml": f"entity: a\nattributes: {ATTRIBUTES}\n"}
FEED = "interface: f\nkind: feed\nformat: csv\ninto: a\nkey: k\n"


def feed(settings: str = "", field: str = "from: d") -> dict[str, str]:
    return {**ENTITY, "baseline/f.yaml": f"{FEED}{settings}\nmap: {{k: k, d: {{{field}}}}}\n"}


def test_an_encoding_that_there_is_not(found: Found) -> None:
    assert found(feed("encoding: utf-88")) == expected("""
        error[E419]: no encoding `utf-88`
         --> baseline/f.yaml:6:11   (layer group)
        6 | encoding: utf-88
          |           ^^^^^^
          = help: such as `utf-8` or `windows-1252`
    """)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("encoding: rot13", "no encoding `rot13`"),
        ("delimiter: ';;'", "`;;` cannot separate columns"),
        ("delimiter: ''", "`` cannot separate columns"),
        ('delimiter: "\\n"', "cannot separate columns"),
        ("commit_every: 0", "must be a whole number from 1 to 10000, not the number 0"),
        ("format: cvs", "did you mean `csv`?"),
    ],
)
def test_other_settings_that_are_none(found: Found, settings: str, message: str) -> None:
    files = feed(settings)
    if settings.startswith("format"):
        files["baseline/f.yaml"] = files["baseline/f.yaml"].replace("format: csv\n", "")
    assert message in found(files)


@pytest.mark.parametrize(
    "settings", ["encoding: windows-1252", "encoding: UTF-16", "delimiter: ';'", 'delimiter: "\\t"', "commit_every: 50"]
)
def test_settings_that_a_file_can_have(found: Found, settings: str) -> None:
    assert found(feed(settings)) == ""


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("from: d, format: dd/mm/yyyy", "`dd/mm/yyyy` is no form of dates"),
        ("from: d, format: '%d/%m'", "`%d/%m` is no form of dates"),
        ("from: d, type: strng", "error[E401]: no type `strng`"),
        ("from: d, find: k", "error[E419]: `find` is for relations, and `d` is an attribute"),
        ("from: d, create: a", "error[E419]: `create` is for relations, and `d` is an attribute"),
    ],
)
def test_forms_of_values_that_are_none(found: Found, field: str, message: str) -> None:
    assert message in found(feed(field=field))


@pytest.mark.parametrize(
    ("attribute", "form", "message"),
    [
        ("n", "#.##0,00", ""),
        ("m", "# ##0", ""),
        ("d", "%d/%m/%Y", ""),
        ("n", "#a0", "`#a0` is no form of numbers"),
        ("n", "#.#,0;0", "is no form of numbers"),
        ("k", "%Y", "`format` means nothing for the type `string`"),
    ],
)
def test_the_form_follows_the_type(found: Found, attribute: str, form: str, message: str) -> None:
    files = feed()
    files["baseline/f.yaml"] = files["baseline/f.yaml"].replace(
        "d: {from: d}", f'{attribute}: {{from: d, format: "{form}"}}'
    )
    files["baseline/f.yaml"] = files["baseline/f.yaml"].replace("k: k, k:", "k:")
    told = found(files)
    assert (message in told) if message else told == ""


def test_a_file_of_objects_has_no_delimiter(found: Found) -> None:
    files = feed("delimiter: ';'")
    files["baseline/f.yaml"] = files["baseline/f.yaml"].replace("format: csv", "format: ndjson")
    assert "error[E419]: a file of format `ndjson` has no delimiter" in found(files)


def test_a_sheet_is_of_a_workbook(found: Found) -> None:
    assert "error[E419]: a file of format `csv` has no sheets" in found(feed("sheet: people"))
    files = feed("sheet: people")
    files["baseline/f.yaml"] = files["baseline/f.yaml"].replace("format: csv", "format: excel")
    assert found(files) == ""
