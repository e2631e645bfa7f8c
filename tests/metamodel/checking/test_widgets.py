from pathlib import Path

from tests.metamodel.configurations import LANGUAGE, expected, load_files

from sidra_metamodel.load import Language
from sidra_metamodel.registry import Vocabularies
from sidra_metamodel.render import render
from sidra_metamodel.widgets import Parameter, Widget

GAUGE = Widget(
    name="gauge",
    doc="A gauge.",
    types=frozenset({"integer"}),
    parameters=(Parameter(name="max", doc="The figure at its end", type="number", default=9),),
)
LANGUAGE_WITH_GAUGE = Language(LANGUAGE.registry, LANGUAGE.functions, LANGUAGE.types, Vocabularies((), [GAUGE]))


def test_a_widget_that_does_not_fit_is_told_with_what_it_takes(tmp_path: Path) -> None:
    files = {
        "baseline/tank.yaml": """
            entity: tank
            attributes:
              level: {type: integer, widget: {use: gauge, with: {top: 4}}}
              name: {type: string, widget: gauge}
        """
    }
    said = render(load_files(tmp_path, files, LANGUAGE_WITH_GAUGE).diagnostics).strip()
    assert said == expected(
        """
        error[E442]: the widget `gauge` has no parameter `top`
         --> baseline/tank.yaml:3:54   (layer group)
        3 |   level: {type: integer, widget: {use: gauge, with: {top: 4}}}
          |                                                      ^^^
          = help: it has `max`

        error[E442]: the widget `gauge` does not take values of type `string`
         --> baseline/tank.yaml:4:32   (layer group)
        4 |   name: {type: string, widget: gauge}
          |                                ^^^^^
          = help: it takes `integer`
        """
    )
