"""What wizards need: records that can be made and linked, and steps that ask for all that these must have."""

from textwrap import dedent

import pytest
from tests.metamodel.configurations import Found

FILES = {
    "baseline/party.yaml": "entity: party\nabstract: true\ntitle: name\nattributes: {name: {type: string}}\n",
    "baseline/person.yaml": "entity: person\nis_a: party\nattributes: {family: {type: string, required: true}}\n",
    "baseline/firm.yaml": "entity: firm\nis_a: party\nattributes: {brand: {type: string, required: true}}\n",
    "baseline/client.yaml": """
        entity: client
        title: number
        attributes:
          number: {type: sequence, sequence: "C-{n:06}", required: true}
          state: {type: string, required: true, default: new}
        relations:
          party: {to: party, required: true}
          notes: {to: note, many: true, inverse: client}
    """,
    "baseline/note.yaml": "entity: note\ntitle: text\nattributes: {text: {type: string}}\n"
    "relations: {client: {to: client}, other: {to: note}}\n",
}
MAKES = "{one: {entity: person}, two: {entity: client, link: {party: one}}}"
ASKS = "{who: {of: one, sections: {main: {fields: [family]}}}}"


def told(found: Found, makes: str = MAKES, asks: str = ASKS, more: str = "") -> str:
    screen = f"screen: w\nkind: wizard\nmakes: {makes}\nasks: {asks}\n{more}\n"
    return found({name: dedent(text) for name, text in FILES.items()} | {"baseline/w.yaml": screen})


def test_a_wizard_that_asks_for_all_it_needs_has_nothing_wrong(found: Found) -> None:
    makes = (
        "{one: {entity: person}, firm: {entity: firm}, two: {entity: client, link: {party: [one, firm]}},"
        " note: {entity: note, when: \"text != null && client.party.name != 'x'\", link: {client: two}}}"
    )
    asks = (
        "{who: {choose: [one, firm], sections: {a: {of: one, fields: [family]}, b: {of: firm, fields: [brand]}}},"
        " note: {of: note, visible: \"client.state == 'new'\", sections: {main: {fields: [text]}}}}"
    )
    assert "error" not in told(found, makes, asks, "then: two")


def test_a_wizard_starts_from_a_record_that_it_links(found: Found) -> None:
    makes = "{note: {entity: note, link: {client: of}}}"
    asks = "{text: {of: note, sections: {main: {fields: [text]}}}}"
    assert "error" not in told(found, makes, asks, "of: client")


@pytest.mark.parametrize(
    ("makes", "asks", "code", "message"),
    [
        ("{}", ASKS, "E420", "the wizard `w` makes nothing"),
        (MAKES, "{}", "E420", "the wizard `w` asks nothing"),
        ("{one: {entity: nobody}}", ASKS, "E401", "no entity `nobody`"),
        ("{one: {entity: party}}", "{a: {of: one}}", "E420", "no record is a `party` alone: it is abstract"),
        ("{one: {entity: person}, two: {entity: client}}", ASKS, "E420", "no step asks for `two.party`, and every"),
        (MAKES, "{a: {of: one}}", "E420", "no step asks for `one.family`, and every `person` needs it"),
        (MAKES, "{who: {of: one, hidden: true, sections: {m: {fields: [family]}}}}", "E420", "asks for `one.family`"),
        (MAKES, "{who: {of: three}}", "E401", "the wizard `w` makes no `three`"),
        (MAKES, "{who: {of: one, sections: {m: {fields: [faimly]}}}}", "E401", "no attribute or relation `faimly`"),
        (MAKES, "{who: {sections: {m: {fields: [family]}}}}", "E420", "nothing says whose fields `m` asks"),
        (
            MAKES,
            "{who: {of: one, sections: {m: {fields: [family]}, n: {fields: [family]}}}}",
            "E420",
            "`one.family` is asked twice",
        ),
        (
            MAKES,
            "{who: {of: one, sections: {m: {fields: [family]}, n: {of: two, fields: [party]}}}}",
            "E420",
            "`two.party` is linked already",
        ),
        (MAKES, "{who: {of: one, choose: [one], sections: {m: {fields: [family]}}}}", "E420", "choose among one"),
        (MAKES, "{review: {of: one, sections: {m: {fields: [family]}}}}", "E417", "`review` has a meaning of its own"),
        (
            "{one: {entity: person}, two: {entity: client, link: {partei: one}}}",
            ASKS,
            "E401",
            "no relation `partei` in `client`",
        ),
        (
            "{one: {entity: person}, note: {entity: note}, two: {entity: client, link: {party: note}}}",
            ASKS,
            "E420",
            "`party` leads to `party`, and `note` is `note`",
        ),
        (
            "{one: {entity: person}, other: {entity: person}, two: {entity: client, link: {party: [one, other]}}}",
            ASKS,
            "E420",
            "`party` leads to `one`, `other`, which may be made together",
        ),
        (
            "{one: {entity: person}, note: {entity: note}, two: {entity: client, link: {party: one, notes: note}}}",
            ASKS,
            "E420",
            "`notes` is the other side of `client`, which makes the link",
        ),
        (
            "{one: {entity: person}, a: {entity: note, link: {other: b}}, b: {entity: note, link: {other: a}}}",
            ASKS,
            "E404",
            "the links of the wizard `w` go in a circle: `a` → `b` → `a`",
        ),
        ("{one: {entity: person, link: {name: of}}}", ASKS, "E401", "no relation `name` in `person`"),
        ('{one: {entity: person, when: "colour == 1"}}', ASKS, "E501", "colour"),
    ],
)
def test_a_wizard_that_could_not_end_is_refused(found: Found, makes: str, asks: str, code: str, message: str) -> None:
    text = told(found, makes, asks)
    assert f"error[{code}]" in text
    assert message in text


def test_what_follows_a_wizard_is_one_of_its_records(found: Found) -> None:
    assert "the wizard `w` makes no `three`" in told(found, more="then: three")


def test_the_words_of_a_wizard_belong_to_wizards_alone(found: Found) -> None:
    screen = "screen: s\nkind: record\nof: note\nmakes: {one: {entity: note}}\n"
    text = found({name: dedent(text) for name, text in FILES.items()} | {"baseline/s.yaml": screen})
    assert "`makes` belongs to screens of kind `wizard`; this one is a `record`" in text


def test_a_layer_above_adds_a_step_and_takes_nothing_from_the_rest(found: Found) -> None:
    overlay = "screen: w\nasks: {x_sn_more: {of: two, sections: {main: {fields: [state]}}, $before: who}}\n"
    screen = f"screen: w\nkind: wizard\n$extend: true\nmakes: {MAKES}\nasks: {ASKS}\n"
    files = {name: dedent(text) for name, text in FILES.items()}
    assert "error" not in found(files | {"baseline/w.yaml": screen, "sn/w.yaml": overlay})
