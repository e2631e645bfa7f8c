from pathlib import Path

import pytest
from tests.metamodel.configurations import load_files
from tests.ui.served import Site, visible_text

from sidra.plugins import Parameter, PluginFailed, Sample, Widget, assemble, hookimpl
from sidra_ui.widgets import BUILT_IN


class Plugin:
    """A plugin with one widget."""

    def __init__(self, widget: object) -> None:
        self.widget = widget

    @hookimpl
    def register_widgets(self) -> list[object]:
        return [self.widget]


GAUGE = Widget(
    name="gauge",
    doc="A gauge.",
    types=frozenset({"integer"}),
    parameters=(Parameter(name="max", doc="The end.", type="number", default=9),),
    template="{% macro reading(field, given) %}{{ field.text }} of {{ given.max }}{% endmacro %}",
    samples=(Sample(value="3", text="3"),),
)


def findings(folder: Path, widget: str, type: str = "integer") -> list[str]:
    """What `sidra check` says of an attribute with a widget."""
    language = assemble({"gauges": Plugin(GAUGE)}).language
    files = {
        "baseline/layer.yaml": "layer: meridian\nlevel: group\nversion: 1.0.0\nlocales: [en]\n",
        "baseline/core/pack.yaml": "pack: core\ntier: core\n",
        "baseline/core/entities/tank.yaml": (
            f"entity: tank\nattributes:\n  level: {{type: {type}, widget: {widget}}}\n"
        ),
        "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\nlocales: [en]\n",
    }
    return [f"{one.code} {one.message}" for one in load_files(folder, files, language).diagnostics]


@pytest.mark.parametrize("widget", ["gauge", "{use: gauge}", "{use: gauge, with: {max: 4}}", "meter"])
def test_a_widget_is_named_alone_or_with_parameters(tmp_path: Path, widget: str) -> None:
    assert findings(tmp_path, widget) == []


@pytest.mark.parametrize(
    ("widget", "type", "finding"),
    [
        ("gage", "integer", "E421 no widget `gage`"),
        ("{use: gauge, with: {top: 4}}", "integer", "E442 the widget `gauge` has no parameter `top`"),
        ("{use: gauge, with: {max: high}}", "integer", "E442 of the widget `gauge`, `max` is a number"),
        ("{use: gauge, with: {max: true}}", "integer", "E442 of the widget `gauge`, `max` is a number"),
        ("gauge", "string", "E442 the widget `gauge` does not take values of type `string`"),
    ],
)
def test_a_widget_that_cannot_be_is_told(tmp_path: Path, widget: str, type: str, finding: str) -> None:
    assert findings(tmp_path, widget, type) == [finding]


@pytest.mark.parametrize("widget", ["gauge", Widget(name="Bad name", doc="", samples=GAUGE.samples)])
def test_a_plugin_that_breaks_its_promise_is_named(widget: object) -> None:
    with pytest.raises(PluginFailed, match="gauges"):
        assemble({"gauges": Plugin(widget)})


def test_two_widgets_of_one_name_are_refused_with_both_authors() -> None:
    with pytest.raises(PluginFailed, match="the widget `gauge` comes from `one` and from `two`"):
        assemble({"one": Plugin(GAUGE), "two": Plugin(GAUGE)})


def test_the_gallery_shows_every_widget_to_configurators_alone(site: Site) -> None:
    page = site.browser("configurator").get("/sn/widgets")
    assert all(f'id="widget-{widget.name}"' in page.text for widget in BUILT_IN)
    assert page.text.count('data-theme="dark"') >= len(BUILT_IN)
    site.browser("agent").get("/sn/widgets", status=403)


def test_a_column_with_a_meter_shows_its_figure(site: Site) -> None:
    site.customer(risk=46)
    assert "46" in visible_text(site.browser("agent").get("/sn/customer"))


def test_a_widget_with_a_template_draws_values_in_lists_and_escapes_them(site: Site) -> None:
    site.customer(reason_for_gold="<b>loyal")
    browser = site.browser("agent")
    token = browser.get("/sn/customer").forms["columns"]["csrf_token"].value
    chosen = [("csrf_token", token), ("column", "name"), ("column", "reason_for_gold")]
    page = browser.post("/sn/customer/arrange", chosen).follow()
    assert '<span class="badge tone-teal">&lt;b&gt;loyal</span>' in page.text
    site.customer("Moussa", "Diop")
    assert browser.get("/sn/customer").text.count("badge tone-teal") == page.text.count("badge tone-teal") == 1
