"""A configuration of doors on either database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.models import model_of
from tests.prepared import Prepared

from sidra.runtime import Runtime
from sidra_metamodel.model import Model

DOOR = """
entity: door
title: name
attributes: {name: {type: string, required: true}, colour: {type: string}, queue: {type: queue}}
"""
PORTER = "role: porter\nmay: {door: {do: [create, read, update, delete]}}\n"
GUEST = "role: guest\nmay: {door: {do: [read], rows: \"colour == 'green'\"}}\n"
QUEUES = (
    "queue: locks\nserved_by: {roles: [smith]}\n",
    "role: smith\nmay: {}\nfunctions: [console]\n",
    "role: blind\nmay: {door: {do: [read], columns: {queue: none}}}\nfunctions: [console]\n",
)


@pytest.fixture(scope="session")
def model() -> Model:
    return model_of(DOOR, PORTER, GUEST, *QUEUES)


@pytest.fixture
def runtime(prepared: Prepared, model: Model) -> Iterator[Runtime]:
    with prepared.store_of(model) as store:
        yield prepared.runtime(model, store)
