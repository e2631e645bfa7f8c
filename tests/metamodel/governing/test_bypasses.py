"""Every way round governance that LAYERING.md names in §4 and §12, and those that reviewers found, each refused."""

from collections.abc import Mapping, Sequence

import pytest
from tests.metamodel.layering.layered import codes_in, expected, governed

Layers = Mapping[str, str | Sequence[str]]

CUSTOMER = """
    entity: customer
    label: Customer
    attributes:
      $lock: tighten
      name: {type: string, max_length: 60, required: true, pattern: "[A-Z]+", pii: [identity]}
      key: {type: string, label: Key, $lock: final}
      grade: {type: enum, enum: grade}
      fax: {type: string}
    api: {path: customer/v4, operations: [get, create]}
"""
MEMBER = "entity: member\nis_a: customer\nattributes: {card: {type: string, max_length: 9}}"
GRADE = "enum: grade\nvalues: [gold, silver]"
ROLE = """
    role: agent
    may: {customer: {do: [read, update], rows: "name != null", columns: {name: mask}}}
    functions: [search]
"""
SCREEN = """
    screen: customer_record
    kind: record
    tabs: {main: {$lock: final, sections: {names: {fields: [name]}}}}
"""
GROUP = (CUSTOMER, MEMBER, GRADE, ROLE, SCREEN)


def customer(text: str) -> str:
    return f"entity: customer\n{text}"


def attributes(text: str, entity: str = "customer") -> str:
    return f"entity: {entity}\nattributes: {{{text}}}"


SN, WAF, B2B = "affiliate:sn", "region:waf", "pack:b2b"

WAYS: Mapping[str, tuple[Layers, set[str]]] = {
    # Replacing.
    "the whole map of attributes": ({SN: attributes("$replace: true, x_sn_a: {type: string}")}, {"E201"}),
    "the map with looser copies": (
        {SN: attributes("$replace: true, name: {type: string}, key: {type: string}, grade: {type: string}")},
        {"E203", "E201"},
    ),
    "a locked element with the same content": ({SN: attributes("key: {$replace: true, type: text}")}, {"E201"}),
    "an element with another type": ({SN: attributes("fax: {$replace: true, type: text}")}, {"E201"}),
    "an element without its limits": ({SN: attributes("name: {$replace: true, type: string}")}, {"E203"}),
    "the whole document": (
        {SN: customer("$replace: true\nattributes: {name: {type: string}}")},
        {"E201", "E203", "E206"},
    ),
    "the whole document by an empty one": ({SN: customer("$replace: true")}, {"E201", "E206"}),
    "a subtree around a lock": ({SN: "screen: customer_record\ntabs: {$replace: true, x_sn_a: {}}"}, {"E201"}),
    "a locked subtree inside": (
        {SN: "screen: customer_record\ntabs: {main: {sections: {$replace: true, x_sn_a: {fields: [name]}}}}"},
        {"E201"},
    ),
    # Removing, then adding.
    "the removal of a document": ({SN: customer("$remove: true")}, {"E201", "E206"}),
    "a removal below and an addition above": (
        {WAF: attributes("fax: {$remove: true}"), SN: attributes("fax: {type: text}")},
        {"E201", "E101"},
    ),
    "null below and an addition above": ({WAF: attributes("key: ~"), SN: attributes("key: {type: text}")}, {"E201"}),
    "a removed document declared again": (
        {WAF: customer("$remove: true"), SN: customer("attributes: {name: {type: text}}")},
        {"E201", "E206", "E101"},
    ),
    "a removed member added again wider": (
        {WAF: "enum: grade\nvalues: {gold: {$remove: true}}", SN: "enum: grade\nvalues: {x_sn_gold: {}}"},
        {"E209"},
    ),
    # Renaming.
    "an affiliate that renames": ({SN: attributes("x_sn_key: {$was: key, type: text}")}, {"E205"}),
    "a region that renames what is locked, for an affiliate": (
        {WAF: attributes("x_waf_key: {$was: key, type: text}"), SN: attributes("key: {label: Clef}")},
        {"E201"},
    ),
    "the former name of what is locked": (
        {
            "group": ("entity: customer\nattributes: {code: {$was: key, type: string, $lock: final}}",),
            SN: attributes("key: {label: Code}"),
        },
        {"E201"},
    ),
    # Files and layers.
    "a translation of what is locked": ({SN: "translation: fr\nentity.customer.attributes.key.label: Clef"}, {"E201"}),
    "a lock of a translation": ({SN: "translation: fr\nscreen.customer_record.tabs.main.label: Nom"}, {"E201"}),
    "a subtype that loosens": ({SN: attributes("name: {max_length: 90}", "member")}, {"E203"}),
    "a subtype of one's own that loosens": (
        {SN: "entity: x_sn_vip\nis_a: customer\nattributes: {name: {max_length: 90}}"},
        {"E203"},
    ),
    "a subtype of one's own with another type": (
        {SN: "entity: x_sn_vip\nis_a: customer\nattributes: {fax: {type: integer}}"},
        {"E201"},
    ),
    "a supertype that is changed for what a subtype locks": (
        {
            "group": (
                "entity: p\nattributes: {n: {type: string, label: N}}",
                "entity: c\nis_a: p\nattributes: {n: {$lock: final}}",
            ),
            SN: "entity: p\nattributes: {n: {label: M}}",
        },
        {"E201"},
    ),
    "another supertype": ({SN: "entity: member\nis_a: x_sn_party"}, {"E201", "E206"}),
    "a pack that changes what is locked": ({B2B: attributes("key: {label: Clef}")}, {"E201"}),
    "a pack that loosens": ({B2B: attributes("name: {max_length: 90}")}, {"E203"}),
    "a region that loosens": ({WAF: attributes("name: {max_length: 90}")}, {"E203"}),
    "a region that loosens half and an affiliate the other": (
        {WAF: attributes("name: {max_length: 50}"), SN: attributes("name: {max_length: 55}")},
        {"E203"},
    ),
    "an environment": ({"environment:test": attributes("name: {max_length: 50}")}, {"E207"}),
    # Locks.
    "a lock of one's own": ({SN: attributes("fax: {$lock: extend}")}, {"E205"}),
    "a weaker lock of a region": ({WAF: attributes("key: {$lock: tighten, label: Clef}")}, {"E204", "E201"}),
    "a weaker lock of a pack": ({B2B: attributes("key: {$lock: tighten}")}, {"E204"}),
    "an addition under final": (
        {SN: "screen: customer_record\ntabs: {main: {sections: {x_sn_more: {fields: [name]}}}}"},
        {"E201"},
    ),
    "an addition deep under final": (
        {SN: "screen: customer_record\ntabs: {main: {sections: {names: {fields: {fax: {}}}}}}"},
        {"E201"},
    ),
    "a place under final": ({SN: attributes("key: {$first: true}")}, {"E201"}),
    "an extension point of one's own": ({SN: "enum: grade\n$extend: true\nvalues: {x_sn_ruby: {}}"}, {"E205", "E209"}),
    # Values.
    "a limit set with a reason": ({SN: attributes("name: {max_length: {$set: 90, $why: law}}")}, {"E203"}),
    "a limit that is null": ({SN: attributes("name: {max_length: ~}")}, {"E203"}),
    "a limit set to null": ({SN: attributes("name: {max_length: {$set: ~, $why: law}}")}, {"E203"}),
    "a limit that is no number": ({SN: attributes("name: {max_length: lots}")}, {"E124"}),
    "a demand that becomes a condition": ({SN: attributes('name: {required: "fax == null"}')}, {"E203"}),
    "a pattern that takes the place": ({SN: attributes("name: {pattern: {$set: [.*]}}")}, {"E203"}),
    "a pattern that is dropped": ({SN: attributes('name: {pattern: {$drop: ["[A-Z]+"]}}')}, {"E203"}),
    "a pattern that is null": ({SN: attributes("name: {pattern: ~}")}, {"E203"}),
    "personal data no more": ({SN: attributes("name: {pii: {$set: []}}")}, {"E203"}),
    # Changes of sets that are composed.
    "a drop below and an addition above": (
        {WAF: customer("api: {operations: {$drop: [create]}}"), SN: customer("api: {operations: {$add: [create]}}")},
        {"E203"},
    ),
    "an addition and a drop of one": (
        {SN: customer("api: {operations: {$add: [patch], $drop: [create]}}")},
        {"E203"},
    ),
    "an addition below that a drop above hides": (
        {WAF: customer("api: {operations: {$add: [patch]}}"), SN: customer("api: {operations: {$drop: [patch]}}")},
        {"E203"},
    ),
    "a set to nothing where nothing means all": ({SN: customer("api: {operations: {$set: []}}")}, {"E203"}),
    "a bare list over a set": ({SN: customer("api: {operations: [get, create, patch]}")}, {"E108", "E203"}),
    "the class of personal data dropped and added anew": (
        {WAF: attributes("name: {pii: {$drop: [identity]}}"), SN: attributes("name: {pii: {$add: [identity]}}")},
        {"E203"},
    ),
    # Roles.
    "an action more": ({SN: "role: agent\nmay: {customer: {do: {$add: [delete]}}}"}, {"E203"}),
    "an action more by replacing": ({SN: "role: agent\nmay: {customer: {$replace: true, do: [delete]}}"}, {"E203"}),
    "rows that are left out": ({SN: "role: agent\nmay: {customer: {$replace: true, do: [read]}}"}, {"E203"}),
    "a column unmasked": ({SN: "role: agent\nmay: {customer: {columns: {name: read}}}"}, {"E203"}),
    "a column's line taken away": ({SN: "role: agent\nmay: {customer: {columns: {name: ~}}}"}, {"E203"}),
    "a grant on a subtype": ({SN: "role: agent\nmay: {member: {do: [read, delete]}}"}, {"E209"}),
    "functions": ({SN: "role: agent\nfunctions: {$add: [merge]}"}, {"E203"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_round_governance(way: str) -> None:
    layers, codes = WAYS[way]
    found = set(codes_in(governed({"group": GROUP, **layers})))
    assert found == codes


def test_a_layer_that_changes_nothing_of_what_is_bound_is_free() -> None:
    overlays = [
        attributes('name: {max_length: 40, pattern: {$add: ["A.*"]}, pii: {$add: [contact]}}, x_sn_a: {type: string}'),
        "enum: grade\nvalues: {gold: {$remove: true}}",
        "role: agent\nmay: {customer: {do: {$drop: [update]}, rows: \"name != 'X'\", columns: {name: none}}}",
        customer("api: {operations: {$drop: [create]}}"),
        "translation: fr\nentity.customer.label: Client",
    ]
    layers = {"group": GROUP, SN: [overlays[0] + "\napi: {operations: {$drop: [create]}}", overlays[1], overlays[2]]}
    assert governed(layers) == ""
    assert governed({"group": GROUP, SN: overlays[4]}) == ""


def test_a_weaker_lock_of_a_pack_is_shown_with_the_one_below() -> None:
    assert governed({"group": CUSTOMER, B2B: attributes("key: {$lock: tighten}")}) == expected("""
        error[E204]: `$lock: tighten` is weaker than the lock below (`final`)
         --> baseline/b2b/0.yaml:2:20   (layer pack:b2b)
        2 | attributes: {key: {$lock: tighten}}
          |                    ^^^^^
          = locked here: baseline/core/0.yaml:6  (layer group)  key: {type: string, label: Key, $lock: final}
          = help: a layer may raise a lock, never lower it
    """)
