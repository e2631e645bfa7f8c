import pytest

from sidra.vocabularies import vocabularies

FOUND = {vocabulary.name: vocabulary.values for vocabulary in vocabularies()}


@pytest.mark.parametrize(
    ("name", "known", "unknown"),
    [
        ("currency", {"XOF", "PLN", "EGP", "EUR"}, {"XXQ", "eur", "CFA"}),
        ("country", {"SN", "PL", "EG", "FR"}, {"ZZ", "SEN", "419"}),
        ("locale", {"fr", "ar", "pl", "pt-BR", "pt_BR"}, {"french", "xx"}),
        ("function", {"search", "feeds", "configure", "privacy", "console", "reports"}, {"serch"}),
    ],
)
def test_what_is_in_the_world_and_what_is_not(name: str, known: set[str], unknown: set[str]) -> None:
    assert (known <= FOUND[name], unknown & FOUND[name]) == (True, set())
