from typing import ClassVar

import pytest
from tests.metamodel.configurations import expected

from sidra_metamodel.kinds import BUILT_IN_KINDS, Entity
from sidra_metamodel.model.built_in import PluginType, Types, TypeTaken
from sidra_metamodel.registry import KindTaken, Registry
from sidra_metamodel.render import refusal


class Rival(Entity):
    """A kind of a plugin that takes the name of a built-in one."""

    kind: ClassVar[str] = "entity"


def test_two_classes_that_register_one_kind_are_refused() -> None:
    with pytest.raises(KindTaken) as refused:
        Registry(BUILT_IN_KINDS).extended([Rival])
    assert refusal(refused.value) == expected(f"""
        error[E302]: `entity` is registered by sidra_metamodel.kinds.entity and by {__name__}
          = help: rename one of them
    """)


def test_two_plugins_that_register_one_type_are_refused() -> None:
    two = [PluginType(name="x_eg_wallet", doc=doc, base="string") for doc in ("A wallet.", "Another one.")]
    with pytest.raises(TypeTaken) as refused:
        Types(two)
    assert refusal(refused.value) == expected("""
        error[E305]: the type `x_eg_wallet` is registered twice
          = help: rename one of them
    """)
