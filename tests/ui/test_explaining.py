import pytest
from tests.ui.served import Site, visible_text

ADDRESS = "/sn/configuration/explain"
PATH = "entity.customer.attributes.segment"


def test_configurators_read_what_each_layer_says_of_a_field(site: Site) -> None:
    page = site.browser("configurator").get(ADDRESS, {"path": PATH})
    assert PATH in page.text
    assert "entities/customer.yaml" in visible_text(page)


def test_others_have_no_such_link_and_no_such_page(site: Site) -> None:
    customer = site.customer()
    browser = site.browser("agent")
    assert "configuration/explain" not in browser.get(f"/sn/customer/{customer.id}").text
    browser.get(ADDRESS, {"path": PATH}, status=403)


@pytest.mark.parametrize("path", ["", "entity.nothing", "x" * 900, "entity.customer.attributes.nothing", "\x00"])
def test_a_path_that_leads_nowhere_is_not_found(site: Site, path: str) -> None:
    site.browser("configurator").get(ADDRESS, {"path": path}, status=404)
