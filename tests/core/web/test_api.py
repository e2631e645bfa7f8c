from typing import Any

import pytest
from tests.core.web.conftest import API, CUSTOMERS, INDIVIDUALS, TICKETS, Client, World

# WebTest, WSGI and Pyramid ship no types.
Untyped = Any

Json = dict[str, Any]


def customer(agent: Client, awa: Json, **values: object) -> Json:
    created = agent.post(CUSTOMERS, {"name": "Awa", "engagedParty": {"id": awa["id"]}, **values})
    assert created.status_code == 201, created.text
    found: Json = created.json
    return found


def test_a_new_record_is_created_and_its_address_told(agent: Client) -> None:
    answer = agent.post(INDIVIDUALS, {"givenName": "Awa", "familyName": "Ndiaye"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == answer.json["href"] == f"http://localhost{INDIVIDUALS}/{answer.json['id']}"
    assert (answer.json["@type"], answer.json["@baseType"], answer.json["status"]) == (
        "Individual",
        "Party",
        "initialized",
    )
    assert agent.get(answer.headers["Location"]).json == answer.json


def test_owned_records_stand_inside_their_owner_and_nested_attributes_in_their_place(awa: Json) -> None:
    (medium,) = awa["contactMedium"]
    assert medium["characteristic"] == {"phoneNumber": "+221771234567"}
    assert "party" not in medium


def test_every_type_of_value_comes_back_as_it_went(agent: Client, awa: Json) -> None:
    values = {
        "credit": {"value": 12.5, "unit": "XOF"},
        "score": 7,
        "rate": 0.25,
        "vip": True,
        "since": "2026-03-20T09:00:00Z",
        "validFor": {"startDateTime": "2026-03-20T09:00:00Z"},
        "address": {"city": "Dakar"},
    }
    created = customer(agent, awa, **values)
    assert {name: created[name] for name in values} == values


def test_a_reference_has_id_address_name_and_type(agent: Client, awa: Json) -> None:
    assert customer(agent, awa)["engagedParty"] == {
        "id": awa["id"],
        "href": awa["href"],
        "name": "Awa Ndiaye",
        "@referredType": "Individual",
    }


def test_parties_of_a_ticket_stand_together_with_their_roles(agent: Client, awa: Json) -> None:
    buyer = customer(agent, awa)
    parties = [{"id": buyer["id"], "role": "customer"}, {"id": awa["id"], "role": "originator"}]
    created = agent.post(TICKETS, {"description": "No signal", "severity": "veryHigh", "relatedParty": parties})
    assert created.status_code == 201, created.text
    shown = {party["role"]: (party["id"], party["@referredType"]) for party in created.json["relatedParty"]}
    assert shown == {"customer": (buyer["id"], "Customer"), "originator": (awa["id"], "Individual")}
    assert created.json["severity"] == "veryHigh"


def test_what_other_records_hold_is_shown_when_it_is_asked_for(agent: Client, awa: Json) -> None:
    buyer = customer(agent, awa)
    party = [{"id": buyer["id"], "role": "customer"}]
    ticket = agent.post(TICKETS, {"description": "No signal", "relatedParty": party}).json
    assert "tickets" not in agent.get(buyer["href"]).json
    shown = agent.get(f"{buyer['href']}?fields=tickets").json["tickets"]
    assert [entry["id"] for entry in shown] == [ticket["id"]]


def test_a_supertype_lists_records_of_all_its_subtypes(agent: Client, awa: Json) -> None:
    agent.post(f"{API}/party/v4/organization", {"tradingName": "Teranga", "xSnNinea": "123"})
    found = agent.get(f"{API}/party/v4/party?sort=displayName").json
    assert [(one["@type"], one["displayName"]) for one in found] == [
        ("Individual", "Awa Ndiaye"),
        ("SnOrganization", "Teranga"),
    ]
    assert agent.get(f"{API}/party/v4/party/{awa['id']}").json["href"] == awa["href"]


def test_a_record_of_a_supertype_is_created_by_its_type(agent: Client) -> None:
    body = {"@type": "Individual", "givenName": "Awa", "familyName": "Sarr"}
    assert agent.post(f"{API}/party/v4/party", body).json["@type"] == "Individual"


def test_what_is_not_declared_is_kept_as_a_characteristic(agent: Client) -> None:
    body = {"givenName": "Awa", "familyName": "Sarr", "hobby": "chess"}
    created = agent.post(INDIVIDUALS, body).json
    assert created["individualCharacteristic"] == [{"name": "hobby", "value": "chess"}]
    changed = agent.patch(created["href"], {"club": "Jaraaf"}).json
    assert {entry["name"]: entry["value"] for entry in changed["individualCharacteristic"]} == {
        "hobby": "chess",
        "club": "Jaraaf",
    }
    changed = agent.patch(created["href"], {"hobby": None}).json
    assert [entry["name"] for entry in changed["individualCharacteristic"]] == ["club"]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ("none", {"id", "href", "@type", "@baseType"}),
        ("givenName", {"id", "href", "@type", "@baseType", "givenName"}),
        ("contactMedium.id", {"id", "href", "@type", "@baseType", "contactMedium"}),
    ],
)
def test_fields_choose_what_is_shown_of_one_and_of_many(agent: Client, awa: Json, fields: str, names: set[str]) -> None:
    assert set(agent.get(f"{awa['href']}?fields={fields}").json) == names
    assert set(agent.get(f"{INDIVIDUALS}?fields={fields}").json[0]) == names


def test_a_list_says_how_many_there_are_and_where_it_goes_on(agent: Client, awa: Json) -> None:
    for number in range(5):
        customer(agent, awa, name=f"Customer {number}", score=number)
    whole = agent.get(CUSTOMERS)
    assert (whole.status_code, whole.headers["X-Total-Count"], whole.headers["X-Result-Count"]) == (200, "5", "5")
    page = agent.get(f"{CUSTOMERS}?sort=-score&limit=2&vip.ne=true")
    assert (page.status_code, page.headers["X-Total-Count"], page.headers["X-Result-Count"]) == (206, "5", "2")
    names, seen = [one["name"] for one in page.json], 1
    while (following := links(page).get("next")) and seen < 5:
        page = agent.get(following)
        names += [one["name"] for one in page.json]
        seen += 1
    assert names == [f"Customer {number}" for number in (4, 3, 2, 1, 0)]
    assert agent.get(links(page)["prev"]).json[0]["name"] == "Customer 2"
    assert agent.get(links(page)["first"]).json[0]["name"] == "Customer 4"


def links(answer: Untyped) -> dict[str, str]:
    parts = (part.split("; rel=") for part in answer.headers.get("Link", "").split(", ") if part)
    return {name.strip('"'): address.strip("<>") for address, name in parts}


def test_a_page_that_holds_everything_is_no_part(agent: Client, awa: Json) -> None:
    customer(agent, awa)
    answer = agent.get(f"{CUSTOMERS}?limit=10")
    assert answer.status_code == 200
    assert "Link" not in answer.headers


def test_a_client_may_ask_for_an_exact_count(agent: Client, awa: Json) -> None:
    customer(agent, awa)
    answer = agent.get(CUSTOMERS, Prefer="count=exact")
    assert answer.headers["Preference-Applied"] == "count=exact"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("score=1", ["1"]),
        ("score.gte=1&sort=score", ["1", "2"]),
        ("score%3E1", ["2"]),
        ("score=0,2&sort=score", ["0", "2"]),
        ("score=0;score=2&sort=score", ["0", "2"]),
        ("score=0&score=2&sort=score", ["0", "2"]),
        ("name=1", ["1"]),
        ("vip=true", ["1"]),
        ("credit.value.gt=1", ["2"]),
        ("engagedParty.displayName=Nobody", []),
    ],
)
def test_filters_narrow_a_list(agent: Client, awa: Json, query: str, names: list[str]) -> None:
    for number in range(3):
        credit = {"value": number, "unit": "XOF"}
        customer(agent, awa, name=str(number), score=number, vip=number == 1, credit=credit)
    answer = agent.get(f"{CUSTOMERS}?{query}")
    assert answer.status_code == 200, answer.text
    assert [one["name"] for one in answer.json] == names


def test_a_record_is_found_by_its_address(agent: Client, awa: Json) -> None:
    assert [one["id"] for one in agent.get(f"{INDIVIDUALS}?href={awa['href']}").json] == [awa["id"]]


def test_a_merge_patch_changes_what_it_names_and_null_deletes(agent: Client, awa: Json) -> None:
    created = customer(agent, awa, score=7, address={"city": "Dakar", "street": "Rue 1"})
    patch = {"score": None, "address": {"street": None, "country": "SN"}}
    changed = agent.ask("PATCH", created["href"], patch, Content_Type="application/merge-patch+json")
    assert changed.status_code == 200, changed.text
    assert "score" not in changed.json
    assert changed.json["address"] == {"city": "Dakar", "country": "SN"}
    assert changed.json["name"] == "Awa"


def test_what_a_record_is_never_changes_but_may_be_repeated(agent: Client, awa: Json) -> None:
    same = {"id": awa["id"], "href": awa["href"], "@type": "Individual", "givenName": "Awa Marie"}
    assert agent.patch(awa["href"], same).json["givenName"] == "Awa Marie"
    for name in ("id", "href", "@type"):
        refused = agent.patch(awa["href"], {name: "other"})
        assert (refused.status_code, refused.json["problems"][0]["path"]) == (400, name)


def test_a_change_of_an_older_version_is_refused(agent: Client, awa: Json) -> None:
    tag = agent.get(awa["href"]).headers["ETag"]
    assert agent.patch(awa["href"], {"givenName": "Fatou"}, If_Match=tag).status_code == 200
    late = agent.patch(awa["href"], {"givenName": "Aida"}, If_Match=tag)
    assert (late.status_code, late.json["code"]) == (412, "R412")
    assert agent.delete(awa["href"], If_Match=tag).status_code == 412
    assert agent.patch(awa["href"], {"givenName": "Aida"}, If_Match="*").status_code == 200
    assert agent.patch(awa["href"], {"givenName": "Aida"}, If_Match="nonsense").status_code == 400


def test_a_client_that_has_this_version_already_gets_no_body(agent: Client, awa: Json) -> None:
    tag = agent.get(awa["href"]).headers["ETag"]
    again = agent.get(awa["href"], If_None_Match=tag)
    assert (again.status_code, again.body) == (304, b"")


def test_what_one_reader_sees_is_not_what_another_one_has_already(world: World, agent: Client, awa: Json) -> None:
    whole, masked = agent.get(awa["href"]), world.client(role="reader").get(awa["href"])
    assert whole.headers["ETag"] != masked.headers["ETag"]
    assert agent.get(awa["href"], If_None_Match=masked.headers["ETag"]).status_code == 200
    assert agent.get(f"{awa['href']}?fields=givenName", If_None_Match=whole.headers["ETag"]).status_code == 200


def test_a_document_with_a_new_name_of_another_record_is_new_and_its_record_is_not(agent: Client, awa: Json) -> None:
    href = customer(agent, awa)["href"]
    tag = agent.get(href).headers["ETag"]
    assert agent.patch(awa["href"], {"givenName": "Fatou"}).status_code == 200
    again = agent.get(href, If_None_Match=tag)
    assert (again.status_code, again.json["engagedParty"]["name"]) == (200, "Fatou Ndiaye")
    assert again.headers["ETag"] != tag
    assert agent.patch(href, {"name": "Fatou"}, If_Match=tag).status_code == 200
    assert agent.patch(href, {"name": "Aida"}, If_Match=again.headers["ETag"]).status_code == 412


def test_the_tag_of_what_was_made_or_changed_is_that_of_reading_it(agent: Client, awa: Json) -> None:
    made = agent.post(CUSTOMERS, {"name": "Awa", "engagedParty": {"id": awa["id"]}})
    assert agent.get(made.json["href"]).headers["ETag"] == made.headers["ETag"]
    changed = agent.patch(made.json["href"], {"name": "Fatou"})
    assert agent.get(made.json["href"]).headers["ETag"] == changed.headers["ETag"]


@pytest.mark.parametrize("tag", ['"1-"', '"1-xyz"', '"-1"', '"1-123456789"', "1-ab", '"1", "2"'])
def test_what_is_no_tag_of_ours_changes_nothing(agent: Client, awa: Json, tag: str) -> None:
    assert agent.patch(awa["href"], {"givenName": "Aida"}, If_Match=tag).status_code == 400


def test_a_deleted_record_is_gone(agent: Client, awa: Json) -> None:
    answer = agent.delete(awa["href"])
    assert (answer.status_code, answer.body) == (204, b"")
    assert agent.get(awa["href"]).status_code == 404


def test_a_record_that_others_need_is_a_conflict_and_no_failed_precondition(agent: Client, awa: Json) -> None:
    agent.post(CUSTOMERS, {"name": "Awa", "engagedParty": {"id": awa["id"]}})
    tag = agent.get(awa["href"]).headers["ETag"]
    refused = agent.delete(awa["href"], If_Match=tag)
    assert (refused.status_code, refused.json["code"]) == (409, "R409")


def test_a_head_is_a_get_without_body(agent: Client, awa: Json) -> None:
    answer = agent.ask("HEAD", awa["href"])
    assert (answer.status_code, answer.body) == (200, b"")
    assert answer.headers["ETag"]


def test_an_invalid_record_is_refused_with_all_its_problems(agent: Client) -> None:
    answer = agent.post(INDIVIDUALS, {"givenName": "x" * 61, "birthDate": "yesterday"})
    assert (answer.status_code, answer.json["code"], answer.json["@type"]) == (400, "R422", "Error")
    assert {problem["path"] for problem in answer.json["problems"]} == {"givenName", "familyName", "birthDate"}
    assert agent.get(INDIVIDUALS).json == []


def test_an_undeclared_attribute_of_a_closed_entity_is_refused_by_name(agent: Client, awa: Json) -> None:
    answer = agent.post(CUSTOMERS, {"name": "Awa", "engagedParty": {"id": awa["id"]}, "nam": "x"})
    assert answer.json["problems"] == [
        {"code": "R611", "path": "nam", "message": "no attribute `nam`", "hint": "did you mean `name`?"}
    ]


@pytest.mark.parametrize(
    ("method", "url", "headers", "status"),
    [
        ("PUT", CUSTOMERS, {}, 405),
        ("PATCH", CUSTOMERS, {}, 405),
        ("POST", f"{CUSTOMERS}/1", {}, 405),
        ("POST", f"{API}/bill/v4/bill", {"Content_Type": "application/json"}, 405),
        ("GET", CUSTOMERS, {"Accept": "text/html"}, 406),
        ("GET", CUSTOMERS, {"Accept": "application/json;q=0"}, 406),
        ("GET", CUSTOMERS, {"Accept": "text/html, application/*;q=0.5"}, 200),
        ("POST", CUSTOMERS, {"Content_Type": "text/plain"}, 415),
        ("POST", CUSTOMERS, {"Content_Type": "application/merge-patch+json"}, 415),
        ("PATCH", f"{CUSTOMERS}/1", {"Content_Type": "application/json-patch+json"}, 415),
        ("GET", f"{CUSTOMERS}/1", {}, 404),
        ("GET", f"{API}/party/v4/nonsense", {}, 404),
        ("GET", f"{API}/nonsense", {}, 404),
        ("GET", "/xx/tmf-api/party/v4/individual", {}, 404),
        ("GET", f"{CUSTOMERS}?nonsense=1", {}, 400),
        ("GET", f"{CUSTOMERS}?number.gt=%FF", {}, 400),
        ("GET", f"{CUSTOMERS}?cursor=nonsense", {}, 400),
        ("GET", f"{CUSTOMERS}/%FF", {}, 404),
    ],
)
def test_each_wrong_request_has_its_status_and_an_error_body(
    agent: Client, method: str, url: str, headers: dict[str, str], status: int
) -> None:
    answer = agent.ask(method, url, b"{}" if method in {"POST", "PUT", "PATCH"} else None, **headers)
    assert answer.status_code == status, answer.text
    if status != 200:
        body = answer.json
        assert body["status"] == str(status)
        assert all(body[name] for name in ("@type", "code", "reason", "message", "referenceError"))


def test_a_refused_method_is_told_with_those_that_are_known(agent: Client) -> None:
    assert agent.ask("PUT", CUSTOMERS, b"{}").headers["Allow"] == "GET, HEAD, POST"
    answer = agent.post(f"{API}/bill/v4/bill", {})
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b'"x"', b"\xff", b'{"a":' * 300])
def test_a_body_that_is_no_object_is_refused(agent: Client, body: bytes) -> None:
    answer = agent.ask("POST", CUSTOMERS, body, Content_Type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "R422")


def test_a_body_that_is_too_large_is_not_read(agent: Client) -> None:
    answer = agent.ask("POST", CUSTOMERS, b" " * (2 * 1024 * 1024 + 1), Content_Type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "R413")


def test_a_host_that_is_none_is_not_repeated(agent: Client, awa: Json) -> None:
    path = awa["href"].removeprefix("http://localhost")
    assert agent.get(path, Host="evil.example/x?").json["href"].startswith("http://localhost/")
    assert agent.get(path, Host="crm.example:8443").json["href"].startswith("http://crm.example:8443/")


def test_a_stranger_is_told_to_sign_in(world: World) -> None:
    for url in (CUSTOMERS, f"{CUSTOMERS}/1", f"{API}/party/v4/nonsense", f"{API}/nonsense"):
        answer = world.stranger().get(url)
        assert (answer.status_code, answer.json["code"]) == (401, "R401")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_of_another_affiliate_opens_nothing(world: World) -> None:
    assert world.client("pl").get(CUSTOMERS).status_code == 401
    assert world.client("pl").get(CUSTOMERS.replace("/sn/", "/pl/")).status_code == 200


def test_a_revoked_token_opens_nothing_any_more(world: World, agent: Client) -> None:
    tokens = world.entrance().tokens
    for token in tokens.list():
        tokens.revoke(token.id)
    assert agent.get(CUSTOMERS).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "Bearer nonsense", "bearer \xe9"])
def test_a_wrong_authorization_header_opens_nothing(world: World, header: str) -> None:
    assert world.stranger().get(CUSTOMERS, Authorization=header).status_code == 401


def test_a_role_without_the_grant_is_refused(world: World, agent: Client, awa: Json) -> None:
    reader, outsider = world.client(role="reader"), world.client(role="outsider")
    assert reader.get(awa["href"]).status_code == 200
    for answer in (
        outsider.get(awa["href"]),
        outsider.get(INDIVIDUALS),
        reader.post(INDIVIDUALS, {"givenName": "A", "familyName": "B"}),
        reader.patch(awa["href"], {"givenName": "B"}),
        reader.delete(awa["href"]),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "R403")
    assert agent.get(awa["href"]).json["givenName"] == "Awa"


def test_a_masked_value_is_masked_and_not_asked_for(world: World, awa: Json) -> None:
    reader = world.client(role="reader")
    assert awa["secret"] == "1234567"
    assert reader.get(awa["href"]).json["secret"] == "•••• 67"
    assert reader.get(f"{INDIVIDUALS}?secret=1234567").status_code == 400


def test_affiliates_do_not_see_each_others_records(world: World, awa: Json) -> None:
    poland = world.client("pl")
    assert poland.get(INDIVIDUALS.replace("/sn/", "/pl/")).json == []
    assert poland.get(awa["href"].replace("/sn/", "/pl/")).status_code == 404


def test_values_that_are_computed_at_reading_are_shown(agent: Client) -> None:
    created = agent.post(TICKETS, {"description": "No signal"}).json
    shown = agent.get(created["href"]).json
    assert shown["shout"] == "NO SIGNAL"
    assert 0 <= shown["age"] < 60
    assert "shout" not in agent.get(f"{created['href']}?fields=severity").json


def test_a_record_refers_to_one_of_any_type_and_to_many(agent: Client, awa: Json) -> None:
    buyer = customer(agent, awa)
    body = {
        "description": "No signal",
        "about": {"id": buyer["id"], "@referredType": "Customer"},
        "affected": [{"id": buyer["id"]}],
        "seenBy": [{"id": awa["id"], "@referredType": "Individual"}],
    }
    created = agent.post(TICKETS, body)
    assert created.status_code == 201, created.text
    shown = agent.get(created.json["href"]).json
    assert shown["about"]["href"] == buyer["href"]
    assert [entry["name"] for entry in shown["affected"]] == ["Awa"]
    assert [entry["href"] for entry in shown["seenBy"]] == [awa["href"]]
    assert "affected" not in agent.patch(shown["href"], {"affected": None}).json


def test_a_reference_that_may_be_of_several_types_says_which(agent: Client, awa: Json) -> None:
    for wrong in ({"id": awa["id"]}, {"id": awa["id"], "@referredType": "Nonsense"}, 7):
        refused = agent.post(TICKETS, {"description": "x", "about": wrong})
        assert (refused.status_code, refused.json["problems"][0]["path"]) == (400, "about")


def test_a_reference_to_what_may_not_be_seen_has_no_name(world: World, agent: Client, awa: Json) -> None:
    created = customer(agent, awa)
    clerk = world.client(role="clerk")
    shown = clerk.get(created["href"]).json["engagedParty"]
    assert shown["id"] == awa["id"]
    assert "name" not in shown


def test_names_of_a_list_are_loaded_together(agent: Client, awa: Json) -> None:
    other = agent.post(INDIVIDUALS, {"givenName": "Fatou", "familyName": "Diop"}).json
    for person in (awa, other, awa):
        customer(agent, person)
    listed = agent.get(f"{CUSTOMERS}?sort=createdAt").json
    assert [one["engagedParty"]["name"] for one in listed] == ["Awa Ndiaye", "Fatou Diop", "Awa Ndiaye"]
