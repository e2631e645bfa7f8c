"""Values in SQL: columns, arithmetic on scaled integers, aggregates, choices, functions."""

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from sidra.store.expression_fragments import NULL, Amount, Fragment, Sql, call, case, joined, sql
from sidra.store.expression_functions import FORMS, days_between, in_time
from sidra.store.expression_parameters import context, literal
from sidra.store.expression_records import Frame, RecordTranslator
from sidra_metamodel.expressions.capability import is_constant
from sidra_metamodel.expressions.limits import MAX_INTEGER, MONEY_SCALE
from sidra_metamodel.expressions.nodes import (
    Aggregate,
    Arithmetic,
    Choice,
    Coalesce,
    Constant,
    Equal,
    In,
    Invoke,
    Logic,
    Map,
    Negative,
    Node,
    Not,
    Order,
    Quantifier,
    Read,
    Variable,
    Widen,
)
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    MONEY,
    PERIOD,
    RecordType,
    is_number,
    is_text,
    scale_of,
)

Value = Sql | Amount
_KEEP: Final = None


def rescaled(value: Sql, scale: int, wanted: int) -> Sql:
    """Give a scaled integer at another scale; going down cuts."""
    if scale == wanted:
        return value
    factor = 10 ** abs(wanted - scale)
    if wanted > scale:
        return sql(f"({{0}} * {factor})", value, postgresql=f"(CAST({{0}} AS NUMERIC) * {factor})")
    return sql(f"({{0}} / {factor})", value, postgresql=f"div({{0}}, {factor})")


class ValueTranslator(RecordTranslator):
    """Translates values; conditions are its subclass's."""

    def value(self, node: Node) -> Sql:
        """Give the value of any type but money, null as NULL."""
        found = self.any_value(node)
        if isinstance(found, Amount):
            raise TypeError("money is two values")
        return found

    def amount(self, node: Node) -> Amount:
        """Give the two values of money."""
        found = self.any_value(node)
        return found if isinstance(found, Amount) else Amount(NULL, NULL)

    def any_value(self, node: Node) -> Value:
        """Give the value of any type."""
        match node:
            case Constant(value=value, type=type_):
                return literal(value, type_)
            case Read():
                return self._read(node)
            case Variable(root="context", name=name, type=type_):
                return context(name, None, type_)
            case Choice() | Coalesce():
                return self._chosen(node)
            case Aggregate():
                return self._aggregate(node)
            case Arithmetic() | Negative() if node.type == MONEY:
                return self._money(node)
            case _:
                return self._plain(node)

    def _plain(self, node: Node) -> Sql:
        match node:
            case Not() | Logic() | Equal() | Order() | In() | Quantifier():
                return self.condition(node, _KEEP)
            case Arithmetic() | Negative():
                return self._guarded(node)
            case Widen(operand=operand):
                return rescaled(self.value(operand), scale_of(operand.type), scale_of(node.type))
            case Invoke():
                return self._invoke(node)
        return self.identity(node)

    def _read(self, node: Read) -> Value:
        target, name = node.target, node.name
        if target.type == MONEY:
            amount, currency = self.amount(target)
            return amount if name == "amount" else case(sql("{0} IS NOT NULL", amount), currency)
        if target.type == PERIOD and isinstance(target, Read):
            return self._column(target.target, f"{target.name}_{name}")
        if isinstance(target, Variable) and target.root == "context":
            return context(target.name, name, node.type)
        if isinstance(node.type, RecordType):
            return self.identity(node)
        if name == "id":
            return self.identity(target)
        if node.type == MONEY:
            return Amount(self._column(target, f"{name}_amount"), self._column(target, f"{name}_currency"))
        return self._column(target, name)

    def _column(self, target: Node, name: str) -> Sql:
        return self.read(target, lambda row: self.column(row, name))

    def _chosen(self, node: Choice | Coalesce) -> Value:
        if node.type == MONEY:
            return self._chosen_money(node)
        if isinstance(node, Choice):
            return case(self.condition(node.condition, False), self.value(node.then), self.value(node.otherwise))
        values = [self.value(operand) for operand in node.operands]
        return values[0] if len(values) == 1 else call("coalesce", *values)

    def _chosen_money(self, node: Choice | Coalesce) -> Amount:
        if isinstance(node, Choice):
            condition = self.condition(node.condition, False)
            then, otherwise = self.amount(node.then), self.amount(node.otherwise)
            return Amount(
                case(condition, then.amount, otherwise.amount), case(condition, then.currency, otherwise.currency)
            )
        *others, last = [self.amount(operand) for operand in node.operands]
        for other in reversed(others):
            known = sql("{0} IS NOT NULL", other.amount)
            last = Amount(case(known, other.amount, last.amount), case(known, other.currency, last.currency))
        return last

    def _guarded(self, node: Arithmetic | Negative) -> Sql:
        """Give a result that is null where 64 bits do not hold it: SQLite goes on in floating point."""
        raw = self._raw(node)
        if node.type == DATETIME:
            return in_time(raw)
        if is_text(node.type):
            return raw
        limited = f"(CASE WHEN abs({{0}}) <= {MAX_INTEGER} THEN {{0}} END)"
        return sql("(CASE WHEN typeof({0}) = 'integer' THEN {0} END)", raw, postgresql=limited)

    def _raw(self, node: Node) -> Sql:
        """Give a scaled integer; arithmetic within arithmetic is guarded once, outside."""
        if isinstance(node, Negative):
            return sql("(-{0})", self._raw(node.operand))
        if not isinstance(node, Arithmetic) or node.type == DATETIME:
            return self.value(node) if not isinstance(node, Arithmetic) else self._time(node)
        if is_text(node.type):
            return joined("||", (self.value(node.left), self.value(node.right)))
        if node.left.type == DATE:
            return days_between(self.value(node.left), self.value(node.right))
        left, right = self._raw(node.left), self._raw(node.right)
        if not is_constant(node):
            # PostgreSQL refuses a statement whose integers overflow; a constant stays one, for the index it meets.
            left = sql("{0}", left, postgresql="CAST({0} AS NUMERIC)")
        scales = scale_of(node.left.type), scale_of(node.right.type), scale_of(node.type)
        return scaled_arithmetic(node.operator, (left, right), scales)

    def _time(self, node: Arithmetic) -> Sql:
        return scaled_arithmetic(node.operator, (self._raw(node.left), self._raw(node.right)), (0, 0, 0))

    def _money(self, node: Node) -> Amount:
        if isinstance(node, Negative):
            amount, currency = self.amount(node.operand)
            return Amount(sql("(-{0})", amount), currency)
        if not isinstance(node, Arithmetic):
            raise TypeError("no money")
        if node.left.type == MONEY and node.right.type == MONEY:
            left, right = self.amount(node.left), self.amount(node.right)
            total = joined(node.operator, (left.amount, right.amount))
            return Amount(self._whole(case(joined("=", (left.currency, right.currency)), total)), left.currency)
        money, factor = (node.left, node.right) if node.left.type == MONEY else (node.right, node.left)
        amount, currency = self.amount(money)
        scales = MONEY_SCALE, scale_of(factor.type), MONEY_SCALE
        return Amount(self._whole(scaled_arithmetic(node.operator, (amount, self.value(factor)), scales)), currency)

    def _whole(self, value: Sql) -> Sql:
        return sql("(CASE WHEN typeof({0}) = 'integer' THEN {0} END)", value, postgresql="{0}")

    def _invoke(self, node: Invoke) -> Sql:
        arguments = [self.value(argument) for argument in node.arguments]
        form = node.function.sql
        if isinstance(form, str):
            return FORMS[form](node, arguments)
        if form is None:
            raise TypeError(f"{node.function.name} has no SQL form")
        built = form(*arguments)
        if not isinstance(built, sa.ClauseElement):
            raise TypeError(f"the SQL form of {node.function.name} is no clause")
        return sql("({0})", built)

    def _aggregate(self, node: Aggregate) -> Value:
        source = node.source
        if not isinstance(source, Map):
            return self.frame(source).select(sql("count(*)"))
        frame = self.frame(source.source)
        self.rows[source.variable.name] = frame.row
        if node.name == "size":
            return frame.select(sql("count(*)"))
        body = source.body
        if body.type == MONEY:
            return self._aggregate_money(node, frame, self.amount(body))
        value = self._boolean_free(body)
        if node.name == "avg":
            return frame.aggregate(_mean(scale_of(node.type) - scale_of(body.type)), value)
        head = _AGGREGATES[node.name]
        is_text_order = node.name in ("min_of", "max_of") and is_text(node.type)
        return frame.aggregate(
            sql(head, postgresql=head.replace("v0", 'v0 COLLATE "C"') if is_text_order else head), value
        )

    def _boolean_free(self, body: Node) -> Sql:
        return self.condition(body, _KEEP) if body.type == BOOLEAN else self.value(body)

    def _aggregate_money(self, node: Aggregate, frame: Frame, money: Amount) -> Value:
        amount, currency = money
        if node.name == "count":
            return frame.aggregate(sql("count(v0)"), amount)
        total = _mean(0) if node.name == "avg" else sql(f"{node.name.removesuffix('_of')}(v0)")
        known = case(sql("{0} IS NOT NULL", amount), currency)
        one_currency = sql("min(v1) = max(v1)")
        return Amount(frame.aggregate(case(one_currency, total), amount, known), frame.aggregate(sql("min(v0)"), known))


_AGGREGATES: Final = {
    "count": "count(v0)",
    "sum": "coalesce(sum(v0), 0)",
    "min_of": "min(v0)",
    "max_of": "max(v0)",
}


def _mean(places: int) -> Sql:
    """Give the mean of `v0` with more decimal places, cut; SQLite divides by zero to null."""
    total = f"sum(v0) * {10**places}"
    return sql(f"({total} / count(v0))", postgresql=f"div({total}, nullif(count(v0), 0))")


def scaled_arithmetic(operator: str, sides: tuple[Sql, Sql], scales: tuple[int, int, int]) -> Sql:
    """Give `left operator right` on scaled integers, at the third scale."""
    left_scale, right_scale, scale = scales
    if operator == "*":
        return rescaled(_product(*sides), left_scale + right_scale, scale)
    if operator == "/":
        return _quotient(rescaled(sides[0], left_scale, scale + right_scale), sides[1])
    left, right = rescaled(sides[0], left_scale, scale), rescaled(sides[1], right_scale, scale)
    if operator == "%":
        return sql("({0} % nullif({1}, 0))", left, right, postgresql="mod({0}, nullif({1}, 0))")
    return _sum(operator, left, right)


def _product(left: Sql, right: Sql) -> Fragment:
    return sql("({0} * {1})", left, right, postgresql="(CAST({0} AS NUMERIC) * {1})")


def _sum(operator: str, left: Sql, right: Sql) -> Fragment:
    return sql(f"({{0}} {operator} {{1}})", left, right)


def _quotient(left: Sql, right: Sql) -> Fragment:
    return sql("({0} / nullif({1}, 0))", left, right, postgresql="div(CAST({0} AS NUMERIC), nullif({1}, 0))")


Write = Callable[[Node], Sql]


def at_common_scale(left: Node, right: Node, write: Write) -> tuple[Sql, Sql]:
    """Give both sides of a comparison, numbers at the greater of their scales."""
    sides = write(left), write(right)
    if not (is_number(left.type) and is_number(right.type)):
        return sides
    scale = max(scale_of(left.type), scale_of(right.type))
    return rescaled(sides[0], scale_of(left.type), scale), rescaled(sides[1], scale_of(right.type), scale)
