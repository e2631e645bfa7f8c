import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.onboarding.conftest import Propose
from tests.core.onboarding.test_countries import CODES

from sidra.configuration import Configuration
from sidra.onboarding.answers import HEADER, no_answers, read_answers
from sidra.onboarding.blank import blank, offered
from sidra.onboarding.proposing import Onboarding, Proposal
from sidra.onboarding.writing import document_text, files
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.layers import AFFILIATE
from sidra_metamodel.reading.parsing import read_text

TIERS = st.sampled_from(["[core]", "[core, mature]", "[core, b2b]", "[core, mature, b2b]"])


def told(proposal: Proposal) -> list[str]:
    return [f"{one.code} {one.at.line}:{one.at.column} {one.message}" for one in proposal.diagnostics]


def overlay(proposal: Proposal) -> dict[str, object]:
    return {f"{kind}.{name}": node.plain() for (kind, name), node in proposal.documents.items()}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(CODES), TIERS)
def test_every_country_has_an_overlay_that_checks(configuration: Configuration, code: str, tiers: str) -> None:
    name, found = code.lower(), Diagnostics()
    answers = read_answers(f"{HEADER}: {name}\ntiers: {tiers}\n", "answers.yaml", name, found)
    assert answers is not None
    proposal = Onboarding(configuration, name).propose(answers)
    assert told(proposal) == []
    assert proposal.loaded is not None
    assert proposal.loaded.model is not None
    assert proposal.loaded.model.country == code
    for kind_name, text in files(proposal.documents, configuration.language.registry):
        read = read_text(text, kind_name, "affiliate", AFFILIATE, found)
        assert read is not None
        assert read.node.plain() == proposal.documents[read.kind, read.name].plain()


def test_who_answers_what_the_group_says_has_no_difference(configuration: Configuration) -> None:
    onboarding = Onboarding(configuration, "jo")
    nothing = no_answers("jo")
    topic = onboarding.topic(nothing, onboarding.group(nothing))
    found = Diagnostics()
    taken = read_answers("\n".join([f"{HEADER}: jo", *offered(topic)]), "answers.yaml", "jo", found)
    assert taken is not None
    assert list(found) == []
    proposal = onboarding.propose(taken)
    assert told(proposal) == []
    assert overlay(proposal) == overlay(onboarding.propose(nothing))


def test_the_empty_questionnaire_answers_what_is_known_of_the_country(configuration: Configuration) -> None:
    onboarding = Onboarding(configuration, "jo")
    nothing = no_answers("jo")
    text = blank("jo", onboarding.topic(nothing, onboarding.group(nothing)))
    read = read_answers(text, "answers.yaml", "jo", Diagnostics())
    assert read is not None
    assert overlay(onboarding.propose(read)) == overlay(onboarding.propose(nothing))


def test_answers_become_the_difference_alone(propose: Propose) -> None:
    proposal = propose("""
data: []
entities:
  individual:
    why: Civil Status Law 9/2001
    attributes:
      family_name: {max_length: 40, required: true, label: {en: Family name, ar: اسم العائلة}}
      title: {used: false}
    adds:
      father_name: {type: string, label: {en: Father's name}, after: given_name}
""")
    assert told(proposal) == []
    assert overlay(proposal)["entity.individual"] == {
        "attributes": {
            "family_name": {"max_length": 40},
            "title": {"hidden": True},
            "x_jo_father_name": {"type": "string", "label": {"en": "Father's name"}},
        }
    }
    text = document_text("entity", "individual", proposal.documents["entity", "individual"])
    assert "\n$why: Civil Status Law 9/2001\n" in text
    assert "x_jo_father_name: {$after: given_name, type: string" in text


def test_the_reason_of_the_questionnaire_is_that_of_what_has_none(propose: Propose) -> None:
    answers = "data: []\n{why}entities: {{individual: {{attributes: {{family_name: {{max_length: 40}}}}}}}}\n"
    assert told(propose(answers.format(why="why: Workshop of November\n"))) == []
    assert [one.partition(" ")[0] for one in told(propose(answers.format(why="")))] == ["E210"]


@pytest.mark.parametrize(
    ("answers", "finding", "help"),
    [
        ("entites: {}", "E121 2:1 no question `entites`", "did you mean `entities`?"),
        ("entities:\n  indvidual: {}", "E101 3:3 no entity `indvidual` in `entities`", "did you mean `individual`?"),
        (
            "entities: {individual: {attributes: {family_nmae: {max_length: 4}}}}",
            "E101 2:38 no attribute `family_nmae` in `entities.individual.attributes`",
            "did you mean `family_name`?",
        ),
        (
            "entities: {individual: {attributes: {family_name: {max_lenght: 4}}}}",
            "E121 2:52 no word `max_lenght` in `entities.individual.attributes.family_name`",
            "did you mean `max_length`?",
        ),
        (
            "entities: {individual: {attributes: {family_name: {max_length: short}}}}",
            "E124 2:64 `entities.individual.attributes.family_name.max_length` must be a whole number from 1",
            "correct it, or delete the line",
        ),
        ("entities: individual", "E124 2:11 `entities` must be a map of names, not the text `individual`", ""),
        ("currency: JODD", "E421 2:11", ""),
        ("time_zone: Asia/Amann", "E421 2:12", ""),
        ("locales: [ar, xx]", "E421 2:15", ""),
        ("working_week: {sunday: 8-17}", "E421 2:16 no day `sunday`", ""),
        ("$why: so", "E104 2:1 `$why` is an instruction of overlays, no answer", "write `why` without the dollar sign"),
        ("needs: {wallet: {what: Pay, effrot: plugin}}", "E121", "did you mean `effort`?"),
        ("needs: {wallet: {effort: huge}}", "E124", ""),
        (
            "entities: {individual: {why: so, attributes: {family_name: {max_length: 400}}}}",
            "E203 2:61",
            "",
        ),
        ("entities: {individual: {adds: {age: {type: intger, why: so}}}}", "E401 2:44 no type `intger`", ""),
        ("roles: {agent: {why: so, functions: {without: [reveel]}}}", "E109", ""),
    ],
)
def test_a_wrong_answer_is_found_at_its_place(propose: Propose, answers: str, finding: str, help: str) -> None:
    proposal = propose(answers)
    said = dict(zip(told(proposal), proposal.diagnostics, strict=True))
    found = [one for text, one in said.items() if text.startswith(finding)]
    assert found, told(proposal)
    assert found[0].at.path == "answers.yaml"
    assert help in found[0].help


@pytest.mark.parametrize(
    ("text", "code"),
    [("questionnaire: pl\n", "E114"), ("layer: jo\n", "E113"), ("", "E005"), ("questionnaire: [jo", "E004")],
)
def test_a_file_that_is_no_questionnaire_of_the_affiliate_is_refused(text: str, code: str) -> None:
    found = Diagnostics()
    assert read_answers(text, "answers.yaml", "jo", found) is None
    assert [one.code for one in found] == [code]


def test_whatever_is_not_used_the_overlay_checks(configuration: Configuration) -> None:
    onboarding = Onboarding(configuration, "jo")
    nothing = no_answers("jo")
    topic = onboarding.topic(nothing, onboarding.group(nothing))
    names = [path[1] for path, _ in topic.questions() if path[0] == "entities" and path[2:] == ("used",)]
    assert "household" in names
    for name in names:
        found = Diagnostics()
        text = f"{HEADER}: jo\ndata: []\nwhy: A test\nentities: {{{name}: {{used: false}}}}\n"
        answers = read_answers(text, "answers.yaml", "jo", found)
        assert answers is not None
        assert (name, told(onboarding.propose(answers))) == (name, [])
