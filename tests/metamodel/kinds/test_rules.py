"""What higher layers may do to each keyword, stated once more as a table that reads like the policy."""

import pytest
from tests.metamodel.layering.layered import codes_in, customer, governed
from tests.metamodel.test_readers import keywords

POLICY = {
    "accumulate": """
        Attribute.pattern Grant.rows Rule.check ScalarType.check ScalarType.pattern Transition.when
    """,
    "extend": """
        ApiBinding.nest ApiBinding.related_party ApiBinding.state_events Process.slots
    """,
    "final": """
        ApiBinding.events ApiBinding.path ApiBinding.resource ApiBinding.tmf Attribute.api_name Attribute.enum
        Attribute.localised Attribute.mask Attribute.scale Attribute.type Ceiling.domains Ceiling.level
        DomainLevels.campaign DomainLevels.channel DomainLevels.common DomainLevels.interface DomainLevels.party
        DomainLevels.process DomainLevels.product DomainLevels.roles DomainLevels.sales DomainLevels.screens
        DomainLevels.service Entity.abstract Entity.domain Entity.is_a
        EnumValue.api_name FeedField.create FeedField.find FeedField.key Inbound.event Inbound.into
        Interface.direction Interface.into Interface.key Interface.kind Interface.medium Interface.on_reject
        Interface.path Interface.role Interface.tmf Layer.level Layer.baseline Layer.prefix Layer.requires
        Layer.tiers Layer.version
        Lifecycle.attribute Lifecycle.initial Operation.of Pack.requires Pack.tier Pack.version Panel.kind
        Process.about QualityRule.check QualityRule.severity Reason.enum Relation.api_name Relation.inverse
        Relation.many Relation.owned Relation.roles Relation.to Reply.create Retention.do Retention.since
        Role.within Rule.at Rule.kind Rule.on Rule.severity Rule.when ScalarType.base ScalarType.case
        ScalarType.mask ScalarType.strip Screen.by Screen.kind Screen.of Similarity.block Similarity.when
        Test.clock Transition.to Waiver.affiliate Waiver.allows Waiver.approver Waiver.path Waiver.ticket Waiver.until
        Waiver.why
    """,
    "tighten access": """
        Grant.columns
    """,
    "tighten higher": """
        Attribute.min Attribute.min_length Relation.min ScalarType.min ScalarType.min_length
    """,
    "tighten later": """
        Interface.mode
    """,
    "tighten lower": """
        Attribute.max Attribute.max_length Attribute.max_megabytes Identity.undo Relation.max Retention.after
        Role.export_rows ScalarType.max ScalarType.max_length
    """,
    "tighten subset": """
        ApiBinding.operations Attribute.accept Enum.values Grant.do Lifecycle.entry Role.functions Role.may
        Serving.roles Serving.units Tour.roles Transition.from
    """,
    "tighten superset": """
        Attribute.pii Identity.strong Lifecycle.final
    """,
    "tighten truth": """
        Attribute.encrypt Attribute.read_only Attribute.required Attribute.unique Entity.closed Entity.history
        Identity.refuse Reason.required Relation.read_only Relation.required Retention.when
    """,
}
"""Keywords by what layers above may do to them; what is not here is free."""

BELOW = """
entity: customer
closed: true
attributes:
  name: {type: string}
  phone: {type: string, read_only: true}
relations:
  owner: {to: customer}
  friends: {to: customer, many: true, roles: kinship}
lifecycle:
  attribute: name
  initial: new
  transitions: {close: {from: [new], to: old, reason: {enum: causes}}}
identity: {strong: [name, phone], weak: {alike: {block: name, when: other.name == name}}}
retention: {when: name == 'x', after: 5y, do: delete}
api: {path: customer/v4, nest: {phone: contact.phone}, related_party: {owner: owner}}
"""


def test_each_keyword_has_the_rule_of_the_policy() -> None:
    said = {name: rule for rule, names in POLICY.items() for name in names.split()}
    held = {
        f"{element.__name__}.{word.name}": f"{word.rule} {word.narrower or ''}".strip()
        for _, element, word in keywords()
        if word.rule != "open"
    }
    assert held == said


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("closed: false", ["E203"]),
        ("attributes: {phone: {read_only: false}}", ["E203"]),
        ("attributes: {phone: {read_only: name == 'x'}}", ["E203"]),
        ("attributes: {phone: {$replace: true, type: string}}", ["E203"]),
        ("attributes: {name: {read_only: true}}", []),
        ("relations: {friends: {roles: x_sn_kinship}}", ["E201"]),
        ("lifecycle: {transitions: {close: {reason: ~}}}", ["E206"]),
        ("lifecycle: {transitions: {close: {reason: {enum: x_sn_causes}}}}", ["E201"]),
        ("identity: {strong: {$drop: [phone]}}", ["E203"]),
        ("identity: {strong: {$set: []}}", ["E203"]),
        ("identity: {$replace: true, weak: {}}", ["E203", "E206"]),
        ("identity: ~", ["E206"]),
        ("identity: {strong: {$add: [x_sn_ninea]}}", []),
        ("identity: {weak: {alike: {when: 'false'}}}", ["E201"]),
        ("identity: {weak: {alike: {block: phone}}}", ["E201"]),
        ("identity: {weak: {alike: {$remove: true}}}", ["E206"]),
        ("identity: {weak: {x_sn_alike: {block: phone, when: other.phone == phone}}}", []),
        ("retention: {when: ~}", ["E203"]),
        ("retention: ~", ["E206"]),
        ("retention: {when: name == 'y'}", []),
        ("api: {nest: {phone: contact.number}}", ["E201"]),
        ("api: {nest: {phone: ~}}", ["E201"]),
        ("api: {nest: {$replace: true}}", ["E201"]),
        ("api: {nest: {name: contact.name}}", ["E209"]),
        ("api: {nest: {x_sn_ninea: contact.ninea}}", []),
        ("api: {related_party: {owner: payer}}", ["E201"]),
        ("api: {related_party: {friends: friend}}", ["E209"]),
        ("api: {related_party: {x_sn_payer: payer}}", []),
    ],
)
def test_an_overlay_of_an_entity(overlay: str, found: list[str]) -> None:
    assert codes_in(customer(overlay, BELOW)) == found


FEED = """
interface: load
kind: feed
map: {name: {from: n}, owner: {find: name}, friends: {create: customer, key: name}}
"""
API = "interface: party\nkind: api\npath: party/v4\nmode: {}"


@pytest.mark.parametrize(
    ("below", "overlay", "found"),
    [
        (FEED, "map: {owner: {find: phone}}", ["E201"]),
        (FEED, "map: {friends: {key: phone}}", ["E201"]),
        (FEED, "map: {friends: {create: person}}", ["E201"]),
        (FEED, "map: {name: {from: other}}", []),
        (API.format("strict"), "mode: lenient", ["E203"]),
        (API.format("strict"), "mode: ~", ["E203"]),
        (API.format("lenient"), "mode: strict", []),
    ],
)
def test_an_overlay_of_an_interface(below: str, overlay: str, found: list[str]) -> None:
    name = "load" if below is FEED else "party"
    assert codes_in(governed({"group": below, "affiliate:sn": f"interface: {name}\n{overlay}"})) == found


TYPE = "type: code\nbase: string\npattern: '[A-Z]+'\nstrip: ' '\ncase: upper"


@pytest.mark.parametrize("overlay", ["strip: ' 0123456789'", "strip: ~", "case: lower", "case: ~"])
def test_what_a_type_drops_stays(overlay: str) -> None:
    assert codes_in(governed({"group": TYPE, "affiliate:sn": f"type: code\n{overlay}"})) == ["E201"]


SLOTS = "process: p\nslots: {before: {check: {screen: form}}, after: {}}"


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("slots: {before: {check: {screen: x_sn_form}}}", ["E201"]),
        ("slots: {before: {check: {$remove: true}}}", ["E201"]),
        ("slots: {before: {$replace: true}}", ["E201"]),
        ("slots: {after: {$remove: true}}", ["E201"]),
        ("slots: {after: {x_sn_check: {screen: form}}, before: {x_sn_more: {screen: form}}}", []),
    ],
)
def test_slots_are_filled_and_what_is_in_them_stays(overlay: str, found: list[str]) -> None:
    assert codes_in(governed({"group": SLOTS, "affiliate:sn": f"process: p\n{overlay}"})) == found


@pytest.mark.parametrize("overlay", ["version: 9.0.0", "level: affiliate", "prefix: sn", "requires: {core: ~9.0}"])
def test_an_affiliate_does_not_speak_for_the_group(overlay: str) -> None:
    group = "layer: meridian\nlevel: group\nversion: 1.0.0\nprefix: m\nrequires: {core: ~1.0}"
    assert codes_in(governed({"group": group, "affiliate:sn": f"layer: meridian\n{overlay}"})) == ["E201"]
