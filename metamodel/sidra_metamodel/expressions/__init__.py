"""Sidra's expressions: a CEL profile, typed by the metamodel, compiled to Python here and to SQL in `sidra.store`."""

from sidra_metamodel.expressions.environment import Environment
from sidra_metamodel.expressions.errors import EvaluationError, ExpressionError
from sidra_metamodel.expressions.expression import Expression, check
from sidra_metamodel.expressions.functions import Function, Functions, Overload, extend
from sidra_metamodel.expressions.python_backend import compile_python
from sidra_metamodel.expressions.scope import AFFILIATE, CONTEXT, USER, Schema, Scope
from sidra_metamodel.expressions.standard import STANDARD_FUNCTIONS
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    IDENTIFIER,
    INTEGER,
    JSON,
    MONEY,
    NULL,
    PERIOD,
    STRING,
    TIME,
    EnumType,
    ListType,
    ManyType,
    RecordType,
    StructType,
    Type,
)
from sidra_metamodel.expressions.unparse import unparse

__all__ = [
    "AFFILIATE",
    "BOOLEAN",
    "CONTEXT",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "DURATION",
    "IDENTIFIER",
    "INTEGER",
    "JSON",
    "MONEY",
    "NULL",
    "PERIOD",
    "STANDARD_FUNCTIONS",
    "STRING",
    "TIME",
    "USER",
    "EnumType",
    "Environment",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Function",
    "Functions",
    "ListType",
    "ManyType",
    "Overload",
    "RecordType",
    "Schema",
    "Scope",
    "StructType",
    "Type",
    "check",
    "compile_python",
    "extend",
    "unparse",
]
