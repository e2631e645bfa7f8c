"""Checked expressions to SQLAlchemy Core: the same answer as in Python, by the tables' own indexes.

A boolean has three forms. Where null counts as false, SQL's own `x = 'gold'` will do, since a WHERE drops null; under a
`!` null must count as true, and a column that is null is told apart: `x IS NOT NULL AND x = 'gold'`. Only where null
is kept does `==` need `IS`.
"""

from sidra.store.expression_fragments import FALSE, NULL, TRUE, Amount, Sql, all_of, any_of, case, joined, sql
from sidra.store.expression_parameters import context
from sidra.store.expression_records import Frame, Mode
from sidra.store.expression_source import Inverse, Link, Relation, Row, Source, Tables, ToOne
from sidra.store.expression_values import ValueTranslator, at_common_scale
from sidra_metamodel.expressions.capability import is_constant
from sidra_metamodel.expressions.expression import Expression
from sidra_metamodel.expressions.nodes import (
    Choice,
    Constant,
    Equal,
    Filter,
    In,
    Items,
    Logic,
    Many,
    Map,
    Narrow,
    Node,
    Not,
    Order,
    Quantifier,
    Read,
    Through,
    Variable,
)
from sidra_metamodel.expressions.nullness import is_never_null
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    MONEY,
    RecordType,
    is_text,
)
from sidra_metamodel.expressions.types import (
    NULL as NULL_TYPE,
)


class Untranslatable(ValueError):
    """An expression without a SQL form; `Expression.sql_refusal` says why before it comes to this."""


def to_sql(expression: Expression, source: Source, *, when_null: Mode = False) -> Sql:
    """Give the condition of an expression over the source's rows, for a WHERE.

    With `when_null` False the result may be NULL for false (policy, filter), with True NULL for true; None gives the
    exact three values. The statement must select from `source.root` itself. Raises Untranslatable.
    """
    if expression.type not in (BOOLEAN, NULL_TYPE):
        raise Untranslatable(f"a condition is boolean, this is {expression.type}")
    return _translator(expression, source).condition(expression.root, when_null)


def value_sql(expression: Expression, source: Source) -> Sql | Amount:
    """Give the value of an expression over the source's rows, in its stored form; money as Amount.

    Raises Untranslatable.
    """
    return _translator(expression, source).any_value(expression.root)


def _translator(expression: Expression, source: Source) -> "Translator":
    if expression.sql_refusal is not None:
        raise Untranslatable(expression.sql_refusal)
    return Translator(source)


class Translator(ValueTranslator):
    """Translates conditions."""

    def condition(self, node: Node, mode: Mode) -> Sql:
        """Give a boolean in one of its three forms."""
        match node:
            case Constant(value=value):
                return {True: TRUE, False: FALSE, None: NULL}[mode if value is None else value]
            case Not(operand=operand):
                return sql("(NOT {0})", self.condition(operand, None if mode is None else not mode))
            case Logic(operator=operator, operands=operands):
                parts = [self.condition(operand, mode) for operand in operands]
                return joined("AND" if operator == "&&" else "OR", parts)
            case Choice():
                branches = (self.condition(node.then, mode), self.condition(node.otherwise, mode))
                return case(self.condition(node.condition, False), *branches)
            case Quantifier():
                return self._quantifier(node)
        return self._through_one(node) if mode is False else self._test(node, mode)

    def _test(self, node: Node, mode: Mode) -> Sql:
        match node:
            case Equal():
                return self._equal(node, mode)
            case Order():
                return self._order(node, mode)
            case In():
                return self._member(node, mode)
        value = self.value(node)
        # A bare column is no condition that SQLite's index answers.
        return value if mode is None or not isinstance(node, Read) else sql("({0} = TRUE)", value)

    def _through_one(self, node: Node) -> Sql:
        """Give a test that is true of a related record only, as EXISTS: PostgreSQL turns that into a join."""
        record = _related(node)
        if record is None or record in self.opened:
            return self._test(node, False)
        frame = self.frame(record)
        self.opened[record] = frame.row
        test = self._test(node, False)
        del self.opened[record]
        return frame.such_that(test).exists()

    def _quantifier(self, node: Quantifier) -> Sql:
        frame = self.frame(node.source)
        body = self.body(frame, node.variable, node.body)
        if node.name == "all":
            return sql("(NOT {0})", frame.such_that(sql("({0} IS NOT TRUE)", body)).exists())
        if node.name == "exists":
            return frame.such_that(body).exists()
        return sql("({0} = 1)", frame.such_that(body).select(sql("count(*)")))

    def _equal(self, node: Equal, mode: Mode) -> Sql:
        left, right = node.left, node.right
        if NULL_TYPE in (left.type, right.type):
            known = self._known(right if left.type == NULL_TYPE else left)
            return sql("({0} IS NOT NULL)" if node.is_negated else "({0} IS NULL)", known)
        if MONEY in (left.type, right.type):
            same = self._same_money(self.amount(left), self.amount(right))
            return sql("(NOT {0})", same) if node.is_negated else same
        sides = at_common_scale(left, right, self._comparable)
        never_null = is_never_null(left), is_never_null(right)
        return equality(sides, never_null, mode, is_negated=node.is_negated)

    def _known(self, node: Node) -> Sql:
        """Give what is null exactly where the value is."""
        return self.amount(node).amount if node.type == MONEY else self._comparable(node)

    def _comparable(self, node: Node) -> Sql:
        if isinstance(node.type, RecordType):
            return self.identity(node)
        return self.condition(node, None) if node.type == BOOLEAN else self.value(node)

    def _same_money(self, left: Amount, right: Amount) -> Sql:
        sides = left.amount, right.amount, left.currency, right.currency
        return sql(
            "({0} IS {1} AND ({0} IS NULL OR {2} = {3}))",
            *sides,
            postgresql="({0} IS NOT DISTINCT FROM {1} AND ({0} IS NULL OR {2} = {3}))",
        )

    def _order(self, node: Order, mode: Mode) -> Sql:
        operator = node.operator
        if node.left.type == MONEY:
            left, right = self.amount(node.left), self.amount(node.right)
            return order_money(operator, left, right, mode)
        left_side, right_side = at_common_scale(node.left, node.right, self.value)
        ordered = f'({{0}} COLLATE "C" {operator} {{1}})' if is_text(node.left.type) else None
        return sql(f"({{0}} {operator} {{1}})", left_side, right_side, postgresql=ordered)

    def _member(self, node: In, mode: Mode) -> Sql:
        item, container = node.item, node.container
        if isinstance(container, Items):
            return self._listed(item, container, mode)
        if isinstance(container, Map):
            frame = self.frame(container.source)
            self.rows[container.variable.name] = frame.row
            return self._among(frame, item, container.body)
        if isinstance(container, Many | Through | Filter):
            frame = self.frame(container)
            identity = self.column(frame.row, "id")
            return frame.such_that(joined("=", (identity, self._comparable(item)))).exists()
        return self._bound(item, container, mode)

    def _among(self, frame: Frame, item: Node, body: Node) -> Sql:
        return frame.such_that(self._equal(Equal(BOOLEAN, item.offset, False, item, body), False)).exists()

    def _bound(self, item: Node, container: Node, mode: Mode) -> Sql:
        """Give whether a value is in a list that is bound once, as `user.roles`."""
        if not isinstance(container, Read) or not isinstance(container.target, Variable):
            raise Untranslatable("this list is known in memory only")
        elements = context(container.target.name, container.name, container.type)
        value = self._comparable(item)
        return _never_null(sql("({0} IN {1})", value, elements), value, mode)

    def _listed(self, item: Node, container: Items, mode: Mode) -> Sql:
        constants = [element for element in container.items if isinstance(element, Constant)]
        is_plain = len(constants) == len(container.items) and MONEY not in (item.type, *(c.type for c in constants))
        if not is_plain or item.type == NULL_TYPE:
            tests = [
                self._equal(Equal(BOOLEAN, item.offset, False, item, element), mode) for element in container.items
            ]
            return any_of(tests)
        known = [constant for constant in constants if constant.value is not None]
        tests = [self._in_constants(item, known, mode)] if known else []
        if len(known) < len(constants):
            tests.append(sql("({0} IS NULL)", self._comparable(item)))
        return any_of(tests)

    def _in_constants(self, item: Node, constants: list[Constant], mode: Mode) -> Sql:
        # The elements of a list have one type, so they ask one scale of the item.
        pairs = [at_common_scale(item, constant, self._comparable) for constant in constants]
        value = pairs[0][0]
        return _never_null(sql("({0} IN {1})", value, joined(",", [pair[1] for pair in pairs])), value, mode)


def _never_null(test: Sql, value: Sql, mode: Mode) -> Sql:
    """Give a test of a value against what is not null, false where the value is null."""
    return test if mode is False else sql("({0} IS NOT NULL AND {1})", value, test)


def equality(sides: tuple[Sql, Sql], never_null: tuple[bool, bool], mode: Mode, *, is_negated: bool) -> Sql:
    """Give `==` or `!=`, as plainly as the null of a side and the form that is asked for allow."""
    if all(never_null) or (any(never_null) and mode is is_negated):
        return joined("<>" if is_negated else "=", sides)
    if is_negated:
        return sql("({0} IS NOT {1})", *sides, postgresql="({0} IS DISTINCT FROM {1})")
    if not any(never_null):
        return sql("({0} IS {1})", *sides, postgresql="({0} IS NOT DISTINCT FROM {1})")
    return sql("({0} IS NOT NULL AND {0} = {1})", *(sides if never_null[1] else sides[::-1]))


def order_money(operator: str, left: Amount, right: Amount, mode: Mode) -> Sql:
    """Give the order of two amounts: null for two currencies."""
    currencies = joined("=", (left.currency, right.currency))
    amounts = joined(operator, (left.amount, right.amount))
    if mode is False:
        return all_of([currencies, amounts])
    return joined("OR", (sql("(NOT {0})", currencies), amounts)) if mode is True else case(currencies, amounts)


def _related(node: Node) -> Node | None:
    """Give the related record whose member a test compares with a constant, if null of it makes the test false."""
    match node:
        case Equal(is_negated=False, left=left, right=Constant(value=value)) if value is not None:
            return _record_read(left)
        case Order(left=left, right=right) if is_constant(right):
            return _record_read(left)
        case In(item=item, container=Items(items=items)):
            is_known = all(isinstance(element, Constant) and element.value is not None for element in items)
            return _record_read(item) if is_known else None
        case Read(type=type_) if type_ == BOOLEAN:
            return _record_read(node)
    return None


def _record_read(node: Node) -> Node | None:
    if not isinstance(node, Read) or isinstance(node.type, RecordType) or node.name == "id":
        return None
    target = node.target
    is_walked = isinstance(target, Read | Narrow) and isinstance(target.type, RecordType)
    is_of_this = isinstance(target, Narrow) and isinstance(target.target, Variable)
    return target if is_walked and not is_of_this else None


__all__ = ["Inverse", "Link", "Relation", "Row", "Source", "Tables", "ToOne", "Untranslatable", "to_sql", "value_sql"]
