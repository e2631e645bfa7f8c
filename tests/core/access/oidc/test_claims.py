import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OctKey, RSAKey
from tests.identity_provider import RunningProvider

from sidra.access.oidc.claims import Expected, id_claims, signing_keys
from sidra.access.oidc.provider import IdentityProvider
from sidra.access.oidc.refusals import ProviderRefused
from sidra.clock import utc_now

KEY = RSAKey.generate_key(2048, {"use": "sig", "kid": "one"})
KEYS = signing_keys({"keys": [KEY.as_dict(private=False)]})
EXPECTED = Expected("https://login.example", "client", ("RS256",), utc_now())


def test_a_logout_token_names_the_session_or_the_person(provider: IdentityProvider, there: RunningProvider) -> None:
    assert provider.signed_out(there.logout_token(sid="one"))["sid"] == "one"
    assert provider.signed_out(there.logout_token(sub="subject-of-awa"))["sub"] == "subject-of-awa"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({}, "subject"),
        ({"sid": "one\0"}, "subject"),
        ({"sid": "one", "sub": "\0"}, "subject"),
        ({"sid": "one", "nonce": "n"}, "nonce"),
        ({"sid": "one", "events": {}}, "event"),
        ({"sid": "one", "events": None}, "event"),
        ({"sid": "one", "jti": None}, "jti"),
        ({"sid": "one", "aud": "another"}, "audience"),
        ({"sid": "one", "iss": "https://another.example"}, "issuer"),
        ({"sid": "one", "exp": 1}, "expired"),
        ({"sid": "one", "exp": None}, "exp"),
    ],
)
def test_what_is_no_logout_token_ends_nothing(
    provider: IdentityProvider, there: RunningProvider, claims: dict[str, object], why: str
) -> None:
    with pytest.raises(ProviderRefused) as caught:
        provider.signed_out(there.logout_token(**claims))
    assert caught.value.why == why


@pytest.mark.parametrize("mode", ["none", "hmac", "swapped", "unknown key"])
def test_a_logout_token_that_the_provider_did_not_sign_ends_nothing(
    provider: IdentityProvider, there: RunningProvider, mode: str
) -> None:
    with pytest.raises(ProviderRefused):
        provider.signed_out(there.logout_token(mode, sid="one"))


@given(
    st.text(max_size=200)
    | st.from_regex(r"[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}", fullmatch=True)
)
def test_nothing_that_is_no_token_is_more_than_refused(text: str) -> None:
    with pytest.raises(ProviderRefused):
        id_claims(text, KEYS, EXPECTED, nonce="n", access_token="")


@pytest.mark.parametrize(
    "found",
    [{}, {"keys": None}, {"keys": ["x"]}, {"keys": [{"kty": "RSA"}]}, {"keys": [OctKey.generate_key(256).as_dict()]}],
)
def test_a_list_without_a_key_that_verifies_is_refused(found: dict[str, object]) -> None:
    with pytest.raises(ProviderRefused) as caught:
        signing_keys(found)
    assert caught.value.why == "keys"


def test_a_shared_secret_and_a_key_to_encrypt_are_passed_over() -> None:
    others = [OctKey.generate_key(256).as_dict(), RSAKey.generate_key(2048, {"use": "enc"}).as_dict(private=False)]
    assert [key.kid for key in signing_keys({"keys": [*others, KEY.as_dict(private=False)]})] == ["one"]
