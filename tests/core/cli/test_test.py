"""`sidra test`: what it prints, writes and ends with."""

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result
from tests.core.trials.small import EXAMPLE, FILES
from tests.metamodel.configurations import write

from sidra.cli import main

OVERLAY = {
    "affiliates/sn/customer.yaml": "entity: customer\nattributes:\n  name: {max_length: 20, $why: Cards are small}\n",
    "affiliates/sn/page.yaml": "screen: customer_page\nalerts:\n"
    "  repeat_fault: {$remove: true, $why: Nobody calls twice, $ticket: GAP-1}\n",
}
LONG = """
    test: names_are_short
    title: Names are short
    when:
      long: {create: {customer: {name: Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}}
    then:
      refused: {refused: long, code: R606, at: name}
    """
QUIET = EXAMPLE.replace('"c.alerts', '"!c.alerts')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var"}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    monkeypatch.delenv("SIDRA_PLUGINS", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ("test", *words))


def with_tests(home: Path, *tests: str, files: dict[str, str] | None = None) -> None:
    named = {f"baseline/tests/{number}.yaml": text for number, text in enumerate(tests)}
    write(home, {**FILES, **named, **(files or {})})


def test_tests_that_pass_end_with_zero(home: Path) -> None:
    with_tests(home, EXAMPLE)
    result = run()
    assert (result.exit_code, result.output) == (0, "sn: 1 passed\n")


def test_a_test_that_fails_ends_with_one_and_says_where_what_and_why(home: Path) -> None:
    with_tests(home, QUIET, EXAMPLE.replace("test: second", "test: the_second"))
    result = run("sn")
    assert result.exit_code == 1
    assert result.output.startswith(
        "failed  sn  second_fault_raises_an_alert  A second fault in a month raises an alert\n"
        "  baseline/tests/0.yaml:10:21  then.alerted.expect\n"
        "    expected  `!c.alerts.exists(a, a.rule == 'repeat_fault')` holds\n"
        "    found     it does not hold\n"
        "      c.alerts = [rule: 'repeat_fault', level: 'danger', screen: 'customer_page', text: 'Second f…\n"
        "sn: 1 passed, 1 failed\n"
    )


def test_a_part_of_a_name_chooses_tests(home: Path) -> None:
    with_tests(home, EXAMPLE, LONG)
    assert run("-k", "second").output == "sn: 1 passed\n"


def test_a_name_that_no_test_has_is_a_wrong_call(home: Path) -> None:
    with_tests(home, EXAMPLE)
    result = run("-k", "third")
    assert (result.exit_code, "no test has `third` in its name" in result.output) == (2, True)


def test_an_affiliate_that_is_not_there_is_a_wrong_call(home: Path) -> None:
    with_tests(home, EXAMPLE)
    assert run("zz").exit_code == 2


def test_outcomes_as_json(home: Path) -> None:
    with_tests(home, QUIET)
    (outcome,) = json.loads(run("--json").output)
    assert (outcome["affiliate"], outcome["verdict"], outcome["layer"]) == ("sn", "failed", "group")
    assert outcome["findings"][0]["line"] == 10


def test_outcomes_for_a_build_server(home: Path) -> None:
    with_tests(home, QUIET, LONG, files=OVERLAY)
    assert run("--junit", "out.xml").exit_code == 0
    with_tests(home, EXAMPLE)
    assert run("--junit", "out.xml").exit_code == 1
    (suite,) = Xml.parse(home / "out.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("sn", "2", "1", "0")
    told = {case.get("name"): [child.tag for child in case] for case in suite}
    assert told == {"names_are_short": [], "second_fault_raises_an_alert": ["failure"]}


def test_a_configuration_with_errors_is_refused(home: Path) -> None:
    with_tests(home, EXAMPLE, files={"baseline/bad.yaml": "entity: bad\ntitle: nothing\n"})
    result = run()
    assert (result.exit_code, "error[R190]: the configuration of `sn` has errors" in result.output) == (3, True)


def test_a_removed_part_that_no_test_misses_ends_with_one(home: Path) -> None:
    with_tests(home, LONG, files=OVERLAY)
    result = run("--mutate", "sn")
    assert result.exit_code == 1
    assert result.output.splitlines()[0].split("\t") == [
        "sn",
        "L3",
        "screen.customer_page.alerts.repeat_fault",
        "{$remove: true}",
        "not noticed",
        "affiliates/sn/page.yaml:3:3",
    ]


def test_a_document_of_which_no_test_notices_anything_is_one_line(home: Path) -> None:
    place = "place: {type: string, max_length: 9, label: {en: Place}}"
    own = f"entity: x_sn_visit\nlabel: {{en: Visit}}\nattributes:\n  {place}\n"
    with_tests(home, LONG, QUIET, files={**OVERLAY, "affiliates/sn/visit.yaml": own})
    result = run("--mutate", "sn")
    assert result.output.splitlines()[0].split("\t") == [
        "sn",
        "L2",
        "entity.x_sn_visit",
        "2 values",
        "not noticed",
        "affiliates/sn/visit.yaml:4:3",
    ]
    assert result.output.endswith("sn: 2 noticed by a test, 1 noticed by check, 2 not noticed\n")
    assert "not noticed: no test fails without it." in result.output
    assert "without effect" not in result.output
    told = json.loads(run("--mutate", "sn", "--json").output)
    assert sum(one["path"].startswith("entity.x_sn_visit") for one in told) == 3


def test_a_value_that_changes_nothing_is_told_with_the_way_out(home: Path) -> None:
    same = "entity: customer\nattributes:\n  name: {required: true, $why: Law}\n"
    with_tests(
        home,
        QUIET,
        files={"affiliates/sn/customer.yaml": same, "affiliates/sn/page.yaml": OVERLAY["affiliates/sn/page.yaml"]},
    )
    result = run("--mutate", "sn")
    assert (
        "without effect: nothing is different without it. `sidra gap AFFILIATE --fix` takes it away." in result.output
    )


def test_an_overlay_whose_values_all_have_a_test_ends_with_zero(home: Path) -> None:
    with_tests(home, LONG, QUIET, files=OVERLAY)
    result = run("--mutate", "--json")
    assert result.exit_code == 0
    assert {one["path"]: (one["noticed"], one["by"]) for one in json.loads(result.output)} == {
        "entity.customer.attributes.name.max_length": ("noticed by a test", "names_are_short"),
        "screen.customer_page.alerts.repeat_fault": ("noticed by a test", "second_fault_raises_an_alert"),
    }


def test_a_file_that_cannot_be_written_is_told(home: Path) -> None:
    with_tests(home, EXAMPLE)
    result = run("--junit", "nowhere/out.xml")
    assert result.exit_code == 2
    assert "'--junit': No such file or directory (nowhere/out.xml)" in result.output


def test_mutation_takes_no_choice_of_tests(home: Path) -> None:
    with_tests(home, EXAMPLE)
    result = run("--mutate", "-k", "second")
    assert (result.exit_code, "--mutate stands alone" in result.output) == (2, True)


def test_nothing_is_dropped_where_a_test_fails_already(home: Path) -> None:
    with_tests(home, QUIET)
    result = run("--mutate")
    assert result.exit_code == 3
    assert "tests of `sn` fail already: second_fault_raises_an_alert" in result.output


def test_an_exception_of_an_affiliate_lies_over_the_test_of_the_group(home: Path) -> None:
    overlay = "test: second_fault_raises_an_alert\n$why: Nobody calls twice\n"
    claim = "then:\n  alerted: {expect: \"!c.alerts.exists(a, a.rule == 'repeat_fault')\"}\n"
    with_tests(home, EXAMPLE, files={"affiliates/sn/page.yaml": OVERLAY["affiliates/sn/page.yaml"]})
    assert run().exit_code == 1
    with_tests(home, EXAMPLE, files={"affiliates/sn/tests/t.yaml": overlay + claim})
    assert (run().exit_code, run().output) == (0, "sn: 1 passed\n")


def test_an_affiliate_without_tests_says_so(home: Path) -> None:
    with_tests(home)
    assert (run().exit_code, run().output) == (0, "sn: no tests\n")
