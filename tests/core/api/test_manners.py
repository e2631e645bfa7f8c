from tests.core.models import model_of

from sidra.api.manners import PAGE_SIZE, Manner, manner_of
from sidra.records.query import MAX_LIMIT

NOTE = "entity: note\napi: {path: notes/v1}\nattributes: {text: {type: string}}\n"
API = "interface: notes\nkind: api\ntmf: TMF000\npath: /notes/v1/\nlabel: {en: Notes}\n"


def manner(settings: str) -> Manner:
    model = model_of(NOTE, API + settings)
    return manner_of(model, model.entities["note"].api)


def test_an_api_without_settings_is_lenient_and_has_the_usual_pages() -> None:
    assert manner("") == Manner(PAGE_SIZE, MAX_LIMIT, is_strict=False, label="Notes (TMF000)")
    model = model_of(NOTE)
    assert manner_of(model, model.entities["note"].api) == Manner() == manner_of(model, None)


def test_each_setting_of_an_api_is_read() -> None:
    assert manner("page_size: 5\nmax_page_size: 7\nmode: strict\n") == Manner(
        5, 7, is_strict=True, label="Notes (TMF000)"
    )


def test_a_page_is_never_larger_than_the_largest() -> None:
    assert manner("page_size: 50\nmax_page_size: 7\n").page_size == 7
    assert manner("max_page_size: 5000\n").max_page_size == MAX_LIMIT


def test_settings_of_another_path_are_no_business_of_an_entity() -> None:
    other = API.replace("/notes/v1/", "other/v1") + "mode: strict\n"
    model = model_of(NOTE, other)
    assert not manner_of(model, model.entities["note"].api).is_strict
