"""Values in SQL: columns, arithmetic on scaled integers, aggregates, choices, functions."""

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from sidra.store.expression_arithmetic import Scaled, combined, guarded, mean, negated, rescaled, same, total, whole
from sidra.store.expression_fragments import NULL, Amount, Fragment, Sql, call, case, joined, sql
from sidra.store.expression_functions import FORMS, days_between, in_time
from sidra.store.expression_parameters import context, literal
from sidra.store.expression_records import Frame, RecordTranslator
from sidra_metamodel.expressions.limits import MONEY_SCALE
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
    DURATION,
    MONEY,
    PERIOD,
    RecordType,
    is_number,
    is_text,
    scale_of,
)

Value = Sql | Amount
_KEEP: Final = None


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
                amount, currency = self._money(node)
                return Amount(guarded(amount), currency)
            case _:
                return self._plain(node)

    def _plain(self, node: Node) -> Sql:
        match node:
            case Not() | Logic() | Equal() | Order() | In() | Quantifier():
                return self.condition(node, _KEEP)
            case Arithmetic() | Negative():
                return self._guarded(node)
            case Widen(operand=operand):
                scales = scale_of(operand.type), scale_of(node.type)
                found = self.value(operand)
                return found if scales[0] == scales[1] else whole(rescaled(found, *scales))
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
        if is_text(node.type):
            return self._scaled(node).fast
        return in_time(guarded(self._steps(node))) if node.type == DATETIME else guarded(self._scaled(node))

    def _scaled(self, node: Node) -> Scaled:
        """Give a scaled integer; arithmetic within arithmetic is guarded once, outside."""
        if not isinstance(node, Arithmetic | Negative) or node.type == DATETIME:
            return same(self.value(node))
        if isinstance(node, Arithmetic) and is_text(node.type):
            return same(joined("||", (self.value(node.left), self.value(node.right))))
        if isinstance(node, Arithmetic) and node.left.type == DATE:
            return same(days_between(self.value(node.left), self.value(node.right)))
        return self._steps(node)

    def _steps(self, node: Arithmetic | Negative) -> Scaled:
        if isinstance(node, Negative):
            return negated(self._scaled(node.operand))
        left = self._scaled(node.left)
        is_time = node.type in (DATETIME, DURATION)
        scales = (0, 0, 0) if is_time else (scale_of(node.left.type), scale_of(node.right.type), scale_of(node.type))
        return combined(node.operator, left, self._scaled(node.right), scales)

    def _money(self, node: Node) -> tuple[Scaled, Sql]:
        """Give the amount, guarded once, outside, and the currency."""
        if isinstance(node, Negative):
            amount, currency = self._money(node.operand)
            return negated(amount), currency
        if not isinstance(node, Arithmetic):
            known = self.amount(node)
            return same(known.amount), known.currency
        if node.left.type == MONEY and node.right.type == MONEY:
            (left, currency), (right, other) = self._money(node.left), self._money(node.right)
            found = combined(node.operator, left, right, (MONEY_SCALE,) * 3)
            is_one = joined("=", (currency, other))
            return Scaled(case(is_one, found.fast), case(is_one, found.exact)), currency
        money, factor = (node.left, node.right) if node.left.type == MONEY else (node.right, node.left)
        amount, currency = self._money(money)
        scales = MONEY_SCALE, scale_of(factor.type), MONEY_SCALE
        return combined(node.operator, amount, self._scaled(factor), scales), currency

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
        head = _head(node.name, scale_of(node.type) - scale_of(body.type))
        if node.name in ("min_of", "max_of") and is_text(node.type):
            head = sql(head.sqlite, postgresql=head.postgresql.replace("v0", 'v0 COLLATE "C"'))
        return frame.aggregate(head, value)

    def _boolean_free(self, body: Node) -> Sql:
        return self.condition(body, _KEEP) if body.type == BOOLEAN else self.value(body)

    def _aggregate_money(self, node: Aggregate, frame: Frame, money: Amount) -> Value:
        amount, currency = money
        if node.name == "count":
            return frame.aggregate(sql("count(v0)"), amount)
        found = total() if node.name == "sum" else _head(node.name, 0)
        known = case(sql("{0} IS NOT NULL", amount), currency)
        one_currency = sql("min(v1) = max(v1)")
        return Amount(frame.aggregate(case(one_currency, found), amount, known), frame.aggregate(sql("min(v0)"), known))


def _head(name: str, places: int) -> Fragment:
    """Give an aggregate of `v0`; a mean has more places than what it is of."""
    match name:
        case "sum":
            return sql("(CASE WHEN count(v0) = 0 THEN 0 ELSE {0} END)", total())
        case "avg":
            return mean(places)
    return sql(f"{name.removesuffix('_of')}(v0)")


Write = Callable[[Node], Sql]


def at_common_scale(left: Node, right: Node, write: Write) -> tuple[Sql, Sql]:
    """Give both sides of a comparison, numbers at the greater of their scales."""
    sides = write(left), write(right)
    if not (is_number(left.type) and is_number(right.type)):
        return sides
    scale = max(scale_of(left.type), scale_of(right.type))
    return rescaled(sides[0], scale_of(left.type), scale), rescaled(sides[1], scale_of(right.type), scale)
