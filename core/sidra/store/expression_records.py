"""Records in SQL: a path of relations is a frame of tables, read by a subquery that names them all itself.

A to-one step joins the frame of the variable that roots its path, never the outer statement: the rows of that stay
what they are, and a body of EXISTS sees its own joins only.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import sqlalchemy as sa

from sidra.store.expression_fragments import Fragment, Sql, case, joined, sql, subquery
from sidra.store.expression_source import Inverse, Link, Relation, Row, Source, ToOne
from sidra_metamodel.expressions.nodes import Edge, Filter, Many, Narrow, Node, Read, Through, Variable
from sidra_metamodel.expressions.types import ManyType, RecordType

Mode: TypeAlias = bool | None
"""What a boolean that is null becomes; None keeps it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Tables, the conditions that tie them together, and the row that they lead to."""

    row: Row
    tables: tuple[sa.FromClause, ...]
    where: tuple[Sql, ...]
    tail: str = ""
    """The order and limit of `first` and `last`; `{1}` is the row's id."""

    def on(self, row: Row, tables: tuple[sa.FromClause, ...], *where: Sql) -> "Frame":
        """Give a frame with more tables, which leads to another row."""
        return Frame(row, (*self.tables, *tables), (*self.where, *where))

    def such_that(self, condition: Sql) -> "Frame":
        """Give a frame with one more condition."""
        return Frame(self.row, self.tables, (*self.where, condition), self.tail)

    def exists(self) -> Sql:
        """Give whether the frame has a row."""
        return sql("EXISTS {0}", subquery("1", (), self.tables, self.where, ""))

    def select(self, value: Sql) -> Sql:
        """Give a value of the rows as a scalar subquery."""
        return subquery("{0}", (value,), self.tables, self.where, "")

    def aggregate(self, head: Sql, *values: Sql) -> Sql:
        """Give an aggregate of the values `v0`, `v1` of the rows.

        They are computed one level below: SQL takes `sum(x)` of an outer row's `x` as an aggregate of the outer query.
        """
        names = ", ".join(f"{{{place}}} AS v{place}" for place in range(len(values)))
        rows = subquery(names, values, self.tables, self.where, "")
        return sql("(SELECT {0} FROM {1} AS element)", head, rows)

    def edge(self, value: Sql, identifier: Sql) -> Sql:
        """Give a value of the first or last row, as the tail says."""
        return subquery("{0}", (value, identifier), self.tables, self.where, self.tail)


_EDGES: Final = {"first": " ORDER BY {1} LIMIT 1", "last": " ORDER BY {1} DESC LIMIT 1"}


def entity_of(node: Node) -> str:
    """Give the one entity of a record or of many; the checker refuses SQL for several."""
    if isinstance(node.type, RecordType | ManyType):
        return node.type.entities[0]
    raise TypeError(f"{node.type} has no entity")


class RecordTranslator(ABC):
    """Translates paths; what stands on them is its subclasses'."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rows: dict[str, Row] = {}
        self.opened: dict[Node, Row] = {}
        """Records whose row already stands in the subquery that is being written."""

    @abstractmethod
    def condition(self, node: Node, mode: Mode) -> Sql:
        """Give a boolean in one of its three forms."""

    def column(self, row: Row, name: str) -> Sql:
        """Give the value of a column, in brackets where the source computes it."""
        return _atom(self.source.column(row, name))

    def row_of(self, node: Node) -> Row | None:
        """Give the row of a record that needs no subquery, or None."""
        if isinstance(node, Variable):
            return self.rows.get(node.name) or Row(self.source.root, entity_of(node))
        return self.opened.get(node)

    def read(self, target: Node, value: Callable[[Row], Sql]) -> Sql:
        """Give a value of a record's row, null where there is no record."""
        row = self.row_of(target)
        if row is not None:
            return value(row)
        if isinstance(target, Narrow) and (outer := self.row_of(target.target)) is not None:
            narrowed = Row(outer.table, target.entity)
            kind = self.source.kind_condition(narrowed)
            return value(narrowed) if kind is None else case(kind, value(narrowed))
        return self.scalar(self.frame(target), value)

    def scalar(self, frame: Frame, value: Callable[[Row], Sql]) -> Sql:
        """Give a value of the frame's row as a scalar subquery."""
        found = value(frame.row)
        return frame.edge(found, self._id(frame.row)) if frame.tail else frame.select(found)

    def identity(self, node: Node) -> Sql:
        """Give a record's id, null where there is none."""
        if isinstance(node, Read) and node not in self.opened:
            relation = self.source.relation(entity_of(node.target), node.name) if _is_record(node.target) else None
            if isinstance(relation, ToOne):
                column = relation.column
                return self.read(node.target, lambda row: self.column(row, column))
        return self.read(node, lambda row: self.column(row, "id"))

    def fresh(self, entity: str) -> tuple[Row, tuple[Sql, ...]]:
        """Give a new row of an entity, with the condition that it is one."""
        row = Row(self.source.alias(entity), entity)
        kind = self.source.kind_condition(row)
        return row, () if kind is None else (_atom(kind),)

    def frame(self, node: Node) -> Frame:
        """Give the frame of a record that a path leads to, or of many records."""
        match node:
            case Narrow(target=Read() as target, entity=entity):
                return self._to_one(target, entity)
            case Narrow(target=target, entity=entity):
                row, kind = self.fresh(entity)
                return Frame(row, (row.table,), (*kind, self._same(self._id(row), self.identity(target))))
            case Read():
                return self._to_one(node, entity_of(node))
            case Edge(name=name, source=source):
                frame = self.frame(source)
                return Frame(frame.row, frame.tables, frame.where, _EDGES[name])
            case Many():
                return self._many(node)
            case Through():
                return self._through(node)
            case Filter(source=source, variable=variable, body=body):
                frame = self.frame(source)
                return frame.such_that(self.body(frame, variable, body))
        raise TypeError(f"{type(node).__name__} is no record")

    def body(self, frame: Frame, variable: Variable, body: Node) -> Sql:
        """Give a macro's condition over the frame's row, null as false."""
        self.rows[variable.name] = frame.row
        return self.condition(body, mode=False)

    def _to_one(self, node: Read, entity: str) -> Frame:
        row, kind = self.fresh(entity)
        relation = self.source.relation(entity_of(node.target), node.name)
        if not isinstance(relation, ToOne):
            raise TypeError(f"{node.name} does not lead to one record")
        target = node.target
        if isinstance(target, Read) and target not in self.opened:
            before = self.frame(target)
            near = self.column(before.row, relation.column)
            return before.on(row, (row.table,), self._same(self._id(row), near), *kind)
        near = self.read(target, lambda outer: self.column(outer, relation.column))
        return Frame(row, (row.table,), (self._same(self._id(row), near), *kind))

    def _many(self, node: Many) -> Frame:
        row, kind = self.fresh(entity_of(node))
        relation = self.source.relation(entity_of(node.target), node.name)
        tables, tie = self._tie(relation, row, self.identity(node.target))
        return Frame(row, tables, (*tie, *kind))

    def _through(self, node: Through) -> Frame:
        before = self.frame(node.source)
        row, kind = self.fresh(entity_of(node))
        relation = self.source.relation(before.row.entity, node.name)
        if isinstance(relation, ToOne):
            near = self.column(before.row, relation.column)
            return before.on(row, (row.table,), self._same(self._id(row), near), *kind)
        tables, tie = self._tie(relation, row, self._id(before.row))
        return before.on(row, tables, *tie, *kind)

    def _tie(self, relation: Relation, row: Row, near: Sql) -> tuple[tuple[sa.FromClause, ...], tuple[Sql, ...]]:
        """Give the tables of a to-many step, and what ties them to the id of the record that they belong to."""
        match relation:
            case Inverse(column=column):
                return (row.table,), (self._same(self.column(row, column), near),)
            case Link(table=table, near=near_name, far=far_name):
                link = table.alias()
                tie = (self._same(link.c[near_name], near), self._same(self._id(row), link.c[far_name]))
                return (link, row.table), tie
        raise TypeError("a relation to one record has no many")

    def _id(self, row: Row) -> Sql:
        return self.column(row, "id")

    def _same(self, left: Sql, right: Sql) -> Sql:
        return joined("=", (left, right))


def _is_record(node: Node) -> bool:
    return isinstance(node.type, RecordType) and len(node.type.entities) == 1


def _atom(value: Sql) -> Sql:
    return value if isinstance(value, sa.ColumnClause | Fragment) else sql("({0})", value)
