"""An unknown name, and a name that is hidden from the reader of a screen."""

from tests.metamodel.configurations import Found, expected

CUSTOMER = """
    entity: customer
    title: name
    attributes:
      name: {type: string, sort: true}
      fax: {type: phone, sort: true}
"""


def test_a_relation_to_an_entity_that_does_not_exist(found: Found) -> None:
    files = {
        "baseline/customer.yaml": CUSTOMER,
        "baseline/ticket.yaml": "entity: ticket\nrelations:\n  customer: {to: custmer}\n",
    }
    assert found(files) == expected("""
        error[E401]: no entity `custmer`
         --> baseline/ticket.yaml:3:18   (layer group)
        3 |   customer: {to: custmer}
          |                  ^^^^^^^
          = help: did you mean `customer`?
    """)


def test_a_screen_that_names_an_attribute_that_does_not_exist(found: Found) -> None:
    files = {
        "baseline/customer.yaml": CUSTOMER,
        "baseline/list.yaml": """
            screen: customer_list
            kind: list
            of: customer
            columns: {nam: {}, double: {value: "concat(name, name)"}}
            sort: [-fx]
        """,
    }
    assert found(files) == expected("""
        error[E401]: no attribute or relation `nam` in `customer`
         --> baseline/list.yaml:4:11   (layer group)
        4 | columns: {nam: {}, double: {value: "concat(name, name)"}}
          |           ^^^
          = help: did you mean `name`?

        error[E401]: no attribute `fx` in `customer`
         --> baseline/list.yaml:5:8   (layer group)
        5 | sort: [-fx]
          |        ^^^
          = help: did you mean `fax`?
    """)


def test_a_role_that_grants_a_step_that_does_not_exist(found: Found) -> None:
    files = {
        "baseline/customer.yaml": CUSTOMER,
        "baseline/agent.yaml": "role: agent\nmay:\n  customer: {do: [read, aktivate]}\n",
    }
    assert found(files) == expected("""
        error[E401]: no action `aktivate` in `customer`
         --> baseline/agent.yaml:3:25   (layer group)
        3 |   customer: {do: [read, aktivate]}
          |                         ^^^^^^^^
          = help: there are `create`, `read`, `update`, `delete`, `merge`
    """)


def test_a_rule_and_a_process_and_a_feed_about_nothing(found: Found) -> None:
    files = {
        "baseline/rule.yaml": "rule: r\nkind: validate\non: nothing\ncheck: 'true'\nmessage: No.\n",
        "baseline/process.yaml": "process: p\nabout: nothing\n",
        "baseline/feed.yaml": "interface: f\nkind: feed\nformat: csv\ninto: nothing\nkey: id\n",
    }
    assert found(files).count("error[E401]: no entity `nothing`") == 3


def test_a_title_that_an_affiliate_hides(found: Found) -> None:
    files = {
        "baseline/customer.yaml": CUSTOMER.replace("title: name", "title: fax"),
        "affiliates/sn/customer.yaml": "entity: customer\nattributes:\n  fax: {hidden: true}\n",
    }
    assert found(files) == expected("""
        error[E402]: `title` needs `fax`, which is hidden
         --> baseline/customer.yaml:2:8   (layer group)
        2 | title: fax
          |        ^^^
          = hidden here: affiliates/sn/customer.yaml:3  (layer affiliate:sn)  fax: {hidden: true}
          = help: name another one, or show it
    """)


def test_a_column_that_a_lower_layer_declares_stays_away_without_a_word_when_its_attribute_is_hidden(
    found: Found,
) -> None:
    files = {
        "baseline/customer.yaml": CUSTOMER,
        "baseline/list.yaml": "screen: customer_list\nkind: list\nof: customer\ncolumns: [name, fax]\n",
        "affiliates/sn/customer.yaml": "entity: customer\nattributes:\n  fax: {hidden: true}\n",
    }
    assert found(files) == ""


def test_a_column_that_shows_what_its_own_layer_hides(found: Found) -> None:
    files = {
        "baseline/customer.yaml": CUSTOMER.replace("fax: {", "fax: {hidden: true, "),
        "baseline/list.yaml": "screen: customer_list\nkind: list\nof: customer\ncolumns: [name, fax]\n",
    }
    assert found(files) == expected("""
        error[E402]: `columns.fax` needs `fax`, which is hidden
         --> baseline/list.yaml:4:17   (layer group)
        4 | columns: [name, fax]
          |                 ^^^
          = hidden here: baseline/customer.yaml:5  (layer group)  fax: {hidden: true, type: phone, sort: true}
          = help: name another one, or show it
    """)


def test_a_menu_may_name_the_screens_that_follow_from_an_entity_alone(found: Found) -> None:
    files = {
        "baseline/customer.yaml": CUSTOMER,
        "baseline/main.yaml": "menu: main\ngroups:\n  a: {items: {b: {screen: customer_list}}}\n",
    }
    assert found(files) == ""
