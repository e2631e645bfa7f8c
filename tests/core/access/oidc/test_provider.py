import datetime
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from tests.identity_provider import RunningProvider

from sidra.access.admission import Provider
from sidra.access.oidc.provider import Arrival, Departure, IdentityProvider
from sidra.access.oidc.refusals import ProviderRefused, ProviderUnreachable
from sidra.clock import utc_now
from sidra.errors import Misconfigured

BACK = "http://127.0.0.1:1/sn/sign-in/company/back"


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def went(provider: IdentityProvider, there: RunningProvider) -> tuple[Departure, dict[str, str]]:
    """What was kept at the departure, and what the browser brings back after awa logged in there."""
    departure = provider.depart(BACK)
    return departure, query(there.log_in(departure.address))


def arrived(provider: IdentityProvider, there: RunningProvider) -> Arrival:
    departure, brought = went(provider, there)
    return provider.arrive(brought, departure.content)


def test_whoever_logs_in_there_is_vouched_for_here(provider: IdentityProvider, there: RunningProvider) -> None:
    arrival = arrived(provider, there)
    assert (arrival.issuer, arrival.subject, arrival.session) == (there.issuer, "subject-of-awa", "session-of-awa")
    assert not arrival.is_strong


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "gold"}])
def test_a_second_factor_that_was_proved_there_counts(
    declared: Provider, there: RunningProvider, claims: dict[str, object]
) -> None:
    provider = IdentityProvider("company", msgspec.structs.replace(declared, strong_acr=("gold",)))
    there.behave(**claims)
    assert arrived(provider, there).is_strong


LIES = {
    **{name: name for name in ("nonce", "audience", "expired", "early", "issuer", "at_hash", "azp", "subject")},
    "audiences": "azp",
    "none": "algorithm",
    "hmac": "algorithm",
    "swapped": "signature",
    "unknown key": "key",
    "mix-up": "mix-up",
    "no iss": "mix-up",
    "state": "state",
    "no state": "state",
    "garbage": "token",
    "denied": "error access_denied",
}


@pytest.mark.parametrize(("mode", "why"), LIES.items(), ids=list(LIES))
def test_each_lie_is_refused_with_its_reason(
    provider: IdentityProvider, there: RunningProvider, mode: str, why: str
) -> None:
    there.behave(mode)
    with pytest.raises(ProviderRefused) as caught:
        arrived(provider, there)
    assert caught.value.why == why
    assert "awa" not in f"{caught.value.reason} {caught.value.hint}"


@pytest.mark.parametrize(("mode", "why"), [("redirect", "status 302"), ("huge", "size"), ("html", "json")])
def test_an_answer_that_cannot_be_used_is_no_answer(
    provider: IdentityProvider, there: RunningProvider, mode: str, why: str
) -> None:
    there.behave(mode)
    with pytest.raises(ProviderUnreachable) as caught:
        arrived(provider, there)
    assert caught.value.why == why


@pytest.mark.parametrize(("mode", "why"), [("description", "another issuer"), ("endpoint", "token_endpoint")])
def test_a_description_of_another_provider_or_with_other_places_is_refused(
    provider: IdentityProvider, there: RunningProvider, mode: str, why: str
) -> None:
    there.behave(mode)
    with pytest.raises(ProviderUnreachable) as caught:
        provider.depart(BACK)
    assert caught.value.why == why


def test_a_code_is_worth_nothing_the_second_time(provider: IdentityProvider, there: RunningProvider) -> None:
    departure, brought = went(provider, there)
    provider.arrive(brought, departure.content)
    with pytest.raises(ProviderUnreachable, match="cannot be reached"):
        provider.arrive(brought, departure.content)


@pytest.mark.parametrize("name", ["verifier", "redirect"])
def test_a_code_is_worth_nothing_to_whoever_stole_it(
    provider: IdentityProvider, there: RunningProvider, name: str
) -> None:
    departure, brought = went(provider, there)
    with pytest.raises(ProviderUnreachable):
        provider.arrive(brought, {**departure.content, name: "https://thief.example/and-more-than-forty-three-signs"})


@pytest.mark.parametrize("change", [{"code": ""}, {"code": "x" * 5000}, {"state": ""}, {"state": "é"}])
def test_what_the_browser_brings_is_checked_first(
    provider: IdentityProvider, there: RunningProvider, change: Mapping[str, str]
) -> None:
    departure, brought = went(provider, there)
    asked = there.asked()["token"]
    with pytest.raises(ProviderRefused):
        provider.arrive({**brought, **change}, departure.content)
    assert there.asked()["token"] == asked


def test_a_new_key_of_the_provider_is_fetched_when_it_is_first_seen(declared: Provider, there: RunningProvider) -> None:
    later = [utc_now().timestamp()]

    def clock() -> datetime.datetime:
        return datetime.datetime.fromtimestamp(later[0], datetime.UTC)

    provider = IdentityProvider("company", declared, clock=clock)
    arrived(provider, there)
    there.rotate()
    later[0] += 11
    assert arrived(provider, there).subject == "subject-of-awa"


def test_forged_keys_make_nobody_ask_without_end(provider: IdentityProvider, there: RunningProvider) -> None:
    arrived(provider, there)
    asked = there.asked()["keys"]
    there.behave("unknown key")
    for _ in range(3):
        with pytest.raises(ProviderRefused):
            arrived(provider, there)
    assert there.asked()["keys"] == asked


def test_who_proves_it_again_has_done_so_just_now(provider: IdentityProvider, there: RunningProvider) -> None:
    departure = provider.depart(BACK, again=True)
    assert query(departure.address) | {"prompt": "login", "max_age": "0"} == query(departure.address)
    brought = query(there.log_in(departure.address))
    assert provider.arrive(brought, departure.content).subject == "subject-of-awa"
    there.behave("auth_time")
    departure = provider.depart(BACK, again=True)
    with pytest.raises(ProviderRefused) as caught:
        provider.arrive(query(there.log_in(departure.address)), departure.content)
    assert caught.value.why == "auth_time"


def test_signing_out_there_comes_back_here(provider: IdentityProvider, there: RunningProvider) -> None:
    address = provider.sign_out_address("http://127.0.0.1:1/sn/sign-in")
    assert address.startswith(f"{there.issuer}/out?client_id=sidra-test&post_logout_redirect_uri=http")


def test_a_provider_that_is_not_there_says_so(declared: Provider) -> None:
    provider = IdentityProvider("company", msgspec.structs.replace(declared, issuer="http://127.0.0.1:1"))
    with pytest.raises(ProviderUnreachable):
        provider.depart(BACK)


def test_a_provider_that_is_not_there_is_not_asked_by_everybody_who_comes(declared: Provider) -> None:
    asked, now = [], [datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)]

    def resolve(host: str, _: int) -> list[str]:
        asked.append(host)
        raise OSError

    elsewhere = msgspec.structs.replace(declared, issuer="https://provider.invalid")
    provider = IdentityProvider("company", elsewhere, clock=lambda: now[0], resolve=resolve)
    for _ in range(3):
        with pytest.raises(ProviderUnreachable) as caught:
            provider.depart(BACK)
        assert caught.value.why == "name"
    assert len(asked) == 1
    now[0] += datetime.timedelta(seconds=11)
    with pytest.raises(ProviderUnreachable):
        provider.depart(BACK)
    assert len(asked) == 2
    with pytest.raises(ProviderUnreachable):
        provider.look()
    assert len(asked) == 3


def test_a_secret_that_cannot_be_read_is_told_without_it(declared: Provider) -> None:
    changed = msgspec.structs.replace(declared, client_secret_file="/nowhere/secret")
    with pytest.raises(Misconfigured, match="cannot be read"):
        changed.secret()
