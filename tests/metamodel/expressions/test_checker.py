import pytest
from tests.metamodel.expressions.shop import SEGMENT, Shop, checked, refused

from sidra_metamodel.expressions import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    MONEY,
    STANDARD_FUNCTIONS,
    STRING,
    EnumType,
    ExpressionError,
    ManyType,
    RecordType,
    Scope,
    check,
)
from sidra_metamodel.expressions.types import IDENTIFIER, Type


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("segmet == 'gold'", "segmet", "no name `segmet` here; did you mean `segment`?"),
        ("manager.nme == 'a'", "nme", "no `nme` in customer; did you mean `name`?"),
        ("user.rols", "rols", "no `rols` in user; did you mean `roles`?"),
        ("card_valid(name)", "card_valid", "one of a plugin is known once"),
        ("name.startsWth('a')", "startsWth", "did you mean `startsWith`?"),
        (
            "age == 1 && segment == 'golden'",
            "'golden'",
            "`golden` is not a value of enum segment; did you mean `gold`?",
        ),
        ("segment in ['gold', 'x']", "'x'", "there are gold, silver, bronze"),
        ("coalesce(segment, 'gld') == 'gold'", "'gld'", "did you mean `gold`?"),
        ("segment == (vip ? 'gold' : 'brnze')", "'brnze'", "did you mean `bronze`?"),
        ("segment == tickets.first().status", "segment", "does not take enum segment and enum status"),
        ("born < now", "born", "`today` is a date, `now` a datetime"),
        ("born == '2026-01-01'", "born", "write date('2026-01-31')"),
        ("seen == 'x'", "seen", "write timestamp("),
        ("wait == 'x'", "wait", "write duration('48h')"),
        ("opens == 'x'", "opens", "write time('08:00')"),
        ("balance > 3", "balance", "compare its `.amount`"),
        ("balance == 3.5", "balance", "compare its `.amount`"),
        ("born + wait", "born", "use add_days(…) or add_months(…)"),
        ("vip < true", "vip", "boolean has no order"),
        ("null < 1", "null", "compare with null by `==`"),
        ("valid < now", "valid", "compare its `.start` or `.end`"),
        ("valid == null", "valid", "does not take period"),
        ("tickets == null", "tickets", "use size() or exists()"),
        ("user == null", "user", "compare its members"),
        ("age ? 1 : 2", "age", "the condition must be boolean, not integer"),
        ("vip ? 1 : 'a'", "vip", "integer and string have no common type"),
        ("!age", "age", "the operand of `!` must be boolean"),
        ("-name", "-name", "string has no sign"),
        ("age in name", "age", "`in` looks into a list, not into string"),
        ("name[0]", "name", "string has no elements"),
        ("name.x", "x", "string has no member `x`"),
        ("balance.x", "x", "no `x` in money"),
        ("user.roles['a']", "'a'", "the place in a list must be integer"),
        ("party[birth]", "birth", "no entity `birth`"),
        ("party['individual']", "'individual'", "narrowed by an entity's name"),
        ("party[customer]", "customer", "party is never customer"),
        ("anything.name", "name", "narrow it first"),
        ("party.birth_date", "birth_date", "no `birth_date` in party"),
        ("manager == party", "manager", "does not take customer and party"),
        ("manager == 1", "manager", "does not take customer and integer"),
        ("id == 'abc'", "id", "`abc` is not an id"),
        ("coalesce(id, 'abc')", "'", "`abc` is not an id"),
        ("tickets.exists(1, true)", "1", "names its variable"),
        ("tickets.exists(t)", "exists", "used as items.exists(x, condition)"),
        ("tickets.exists(t, t.effort)", "t.effort", "the condition must be boolean"),
        ("name.exists(t, true)", "name", "string has no elements"),
        ("tickets.map(t, t.notes)", "t.notes", "a list of lists"),
        ("sum(tickets)", "tickets", "as in sum(bills.amount)"),
        ("sum(tickets.status)", "tickets.status", "takes amounts"),
        ("max_of(tickets.customer)", "tickets.customer", "takes values that have an order"),
        ("first(tickets.effort)", "tickets.effort", "as in tickets.first().status"),
        ("count(age)", "age", "integer has no elements"),
        ("size(age)", "size", "`size` takes (string), not (integer)"),
        ("has(1)", "1", "has(…) takes a path"),
        ("coalesce()", "coalesce", "coalesce(value, instead)"),
        ("concat('a')", "concat", "takes (string, string, …), not (string)"),
        ("trim()", "trim", "takes (string), not ()"),
        ("name.matches(name)", "name)", "a pattern must be written out"),
        ("name.matches('(')", "'('", "not a pattern of RE2"),
        ("duration('5m')", "'5m'", "no unit `m`"),
        ("duration('1mo')", "'1mo'", "use add_months"),
        ("duration('x')", "'x'", "a duration reads like"),
        ("duration('999999999999999w')", "'9", "longer than 64 bits"),
        ("duration(name)", "duration", "takes one text, written out"),
        ("timestamp('2026-01-01T00:00:00')", "'2026", "a time zone is missing"),
        ("time('08:00:00.5')", "'08", "hours, minutes and seconds"),
        ("date('2026-13-01')", "'2026", "not a date"),
        ("money(1, 'xof')", "money", "`xof` is not a currency"),
        ("money('1', 'XOF')", "money", "takes an amount and a currency"),
        ("money(1.23456, 'XOF')", "money", "at most 4 decimal places"),
        ("money(9223372036854775807, 'XOF')", "money", "64 bits do not hold"),
        ("a b", "b", "unexpected `b`"),
        ("a = b", "=", "write `==` to compare"),
        ("a => b", "=>", "write `>=`"),
        ("a =< b", "=<", "write `<=`"),
        ("a <> b", "<>", "write `!=`"),
        ("a === b", "= b", "write `==` to compare"),
        ("'abc", "'abc", "a string that does not end"),
        (r"'\q'", r"\q", "unknown escape"),
        ("1 +", "", "it ends where a value is expected"),
        ("(1", "", "it ends where `)` is expected"),
        ("a.1", "1", "a name is expected here"),
        ("1.123456789", "1.1", "more than 8 decimal places"),
        ("", "", "empty"),
    ],
)
def test_a_slip_is_told_with_its_place_and_a_way_out(text: str, place: str, message: str) -> None:
    error = refused(text)
    assert message in str(error)
    if place:
        assert error.offset == text.index(place)


def test_a_site_without_a_record_has_no_this() -> None:
    for text in ("this.age == 1", "age == 1"):
        with pytest.raises(ExpressionError, match=r"no `this` here|no name `age`"):
            check(text, Scope(None, {"value": STRING}), Shop(), STANDARD_FUNCTIONS)


def test_changed_needs_an_old_record() -> None:
    with pytest.raises(ExpressionError, match="no `old` record here"):
        check("changed(age)", Scope("customer"), Shop(), STANDARD_FUNCTIONS)


def test_an_inner_variable_hides_an_outer_one() -> None:
    assert checked("tickets.exists(t, t.notes.exists(t, t.stars > 1) && t.effort > 1)").type == BOOLEAN


@pytest.mark.parametrize(
    ("text", "expects", "type_"),
    [
        ("age", INTEGER, INTEGER),
        ("age", DECIMAL(4), DECIMAL(4)),
        ("score", DECIMAL(4), DECIMAL(4)),
        ("1", DECIMAL(2), DECIMAL(2)),
        ("null", BOOLEAN, None),
        ("'gold'", SEGMENT, STRING),
        ("segment", STRING, SEGMENT),
        ("manager", RecordType(("customer",)), RecordType(("customer",))),
        ("party[individual]", RecordType(("party",)), RecordType(("individual",))),
        ("manager", RecordType(()), RecordType(("customer",))),
    ],
)
def test_a_value_fits_what_is_expected(text: str, expects: Type, type_: Type | None) -> None:
    found = checked(text, expects).type
    assert type_ is None or found == type_


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("age", BOOLEAN),
        ("score", INTEGER),
        ("balance", DECIMAL(4)),
        ("party", RecordType(("individual",))),
        ("anything", RecordType(("party",))),
        ("tickets", RecordType(("ticket",))),
        ("'gild'", SEGMENT),
        ("name", MONEY),
    ],
)
def test_a_value_that_does_not_fit_is_refused(text: str, expects: Type) -> None:
    assert refused(text, expects).message


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("age > 1 && now == now", {"age"}),
        ("manager.segment == 'gold'", {"manager", "manager.segment"}),
        (
            "tickets.exists(t, t.notes.all(n, n.stars > age))",
            {"tickets", "tickets.notes", "tickets.notes.stars", "age"},
        ),
        ("sum(tickets.cost) > 1", {"tickets", "tickets.cost"}),
        (
            "tickets.filter(t, t.effort > 1).first().customer.age",
            {"tickets", "tickets.effort", "tickets.customer", "tickets.customer.age"},
        ),
        ("party[individual].birth_date", {"party", "party.birth_date"}),
        ("changed(age)", {"age"}),
        ("value == 'a'", set()),
        ("balance.amount", {"balance", "balance.amount"}),
        ("(vip ? manager : this).age", {"vip", "manager"}),
    ],
)
def test_an_expression_says_what_it_reads(text: str, reads: set[str]) -> None:
    assert checked(text).reads == reads


def test_an_expression_says_which_attributes_of_which_entities_it_reads() -> None:
    expression = checked("party[individual].birth_date < today && tickets.notes.size() > 0 && old.age == 1")
    assert expression.attributes == {
        ("customer", "party"),
        ("individual", "birth_date"),
        ("customer", "tickets"),
        ("ticket", "notes"),
        ("customer", "age"),
    }
    assert expression.names == {"today", "old"}
    assert expression.text.startswith("party")
    assert expression.sql_refusal == "`old` is known in memory only"
    assert expression.sql_refusal_offset == expression.text.index("old")


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("1 + 1", INTEGER),
        ("score * score", DECIMAL(4)),
        ("score * 1.00000000", DECIMAL(8)),
        ("age / 2", INTEGER),
        ("score / 2", DECIMAL(4)),
        ("age + 0.125", DECIMAL(3)),
        ("balance * score", MONEY),
        ("name + segment", STRING),
        ("vip ? segment : 'gold'", SEGMENT),
        ("vip ? segment : name", STRING),
        ("coalesce(id, '00000000-0000-0000-0000-000000000001')", IDENTIFIER),
        ("tickets.first()", RecordType(("ticket",))),
        ("tickets.notes", ManyType(("note",))),
        ("vip ? party : party[individual]", RecordType(("party",))),
        ("vip ? party[individual] : party", RecordType(("party",))),
        ("vip ? anything : party", RecordType(())),
    ],
)
def test_results_have_the_type_that_their_operands_give(text: str, type_: Type) -> None:
    assert checked(text).type == type_


def test_types_name_themselves_as_the_metamodel_does() -> None:
    names = ["decimal", "enum segment", "party or customer", "any record", "many ticket", "many records"]
    types = [
        DECIMAL(2),
        SEGMENT,
        RecordType(("party", "customer")),
        RecordType(()),
        ManyType(("ticket",)),
        ManyType(()),
    ]
    assert list(map(str, types)) == names
    assert str(EnumType("x", ())) == "enum x"
