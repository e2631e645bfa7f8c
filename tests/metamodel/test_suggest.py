from sidra_metamodel.suggest import did_you_mean, listed


def test_the_nearest_name_is_offered() -> None:
    assert did_you_mean("custmer", ["customer", "product"]) == "did you mean `customer`?"


def test_nothing_is_offered_when_nothing_is_near() -> None:
    assert did_you_mean("zebra", ["customer"]) == ""


def test_a_long_list_ends_with_a_count() -> None:
    assert listed("abcdefghijklmnop").endswith("`l` and 4 more")
