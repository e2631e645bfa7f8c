import datetime

from sidra.records.readers import Field, compile_documents, compile_reader
from sidra.records.record import Masked
from sidra.store.codecs import DATETIME_CODEC, ID_CODEC, TEXT_CODEC, codec_of

ID = bytes(range(16))
TEXT = "00010203-0405-0607-0809-0a0b0c0d0e0f"
FIELDS = (
    Field("id", ID_CODEC, (0,)),
    Field("name", TEXT_CODEC, (1,)),
    Field("price", codec_of("money"), (2, 3)),
    Field("at", DATETIME_CODEC, (4,)),
)


def test_a_row_is_read_as_values_of_the_conventions() -> None:
    found = compile_reader(FIELDS)((ID, "Awa", None, None, 0))
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    assert found == {"id": TEXT, "name": "Awa", "price": None, "at": moment}


def test_a_masked_value_is_a_masked_text_and_never_the_value() -> None:
    masked = Field("name", TEXT_CODEC, (1,), mask=lambda text: text[:1] + "•")
    found = compile_reader([masked])((ID, "Awa"))
    assert found == {"name": "A•"}
    assert type(found["name"]) is Masked


def test_documents_have_an_address_and_what_is_the_same_in_each() -> None:
    read = compile_documents(FIELDS[:3], {"@type": "Thing"}, "href")
    rows = [(ID, "Awa", 15000, "XOF"), (ID, None, None, None)]
    first, second = read(rows, "/things/")
    assert first == {
        "id": TEXT,
        "name": "Awa",
        "price": {"unit": "XOF", "value": 1.5},
        "href": f"/things/{TEXT}",
        "@type": "Thing",
    }
    assert second == {"id": TEXT, "href": f"/things/{TEXT}", "@type": "Thing"}


def test_documents_without_an_address_have_none() -> None:
    (found,) = compile_documents(FIELDS[:1], {}, "")([(ID,)], "/")
    assert found == {"id": TEXT}
