"""The built-in kinds of documents, one module a topic."""

from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.granting import Ceiling, Waiver
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.layer import Calendar, Layer, Pack
from sidra_metamodel.kinds.menu import Menu
from sidra_metamodel.kinds.process import Process
from sidra_metamodel.kinds.queue import Queue
from sidra_metamodel.kinds.role import Role
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.kinds.scalar_type import Enum, ScalarType
from sidra_metamodel.kinds.schedule import Schedule
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.simulator import Simulator
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.kinds.tour import Tour
from sidra_metamodel.kinds.translation import Translation
from sidra_metamodel.kinds.upgrade import Upgrade
from sidra_metamodel.language import Document

BUILT_IN_KINDS: tuple[type[Document], ...] = (
    Layer,
    Pack,
    Calendar,
    Entity,
    Enum,
    ScalarType,
    Rule,
    Screen,
    Simulator,
    Menu,
    Role,
    Queue,
    Interface,
    Process,
    Schedule,
    Tour,
    Test,
    Translation,
    Waiver,
    Ceiling,
    Upgrade,
)

__all__ = [
    "BUILT_IN_KINDS",
    "Calendar",
    "Ceiling",
    "Entity",
    "Enum",
    "Interface",
    "Layer",
    "Menu",
    "Pack",
    "Process",
    "Queue",
    "Role",
    "Rule",
    "ScalarType",
    "Schedule",
    "Screen",
    "Simulator",
    "Test",
    "Tour",
    "Translation",
    "Upgrade",
    "Waiver",
]
