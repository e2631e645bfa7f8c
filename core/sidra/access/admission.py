"""How people may come in at each affiliate: read from the operator's file, which the setting `sign_in` names.

It is no part of an overlay: whoever names the provider decides who is let in as whom, and the addresses of a trial and
of the real installation differ while their overlays are the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sidra.access.actor import person_roles
from sidra.errors import Misconfigured
from sidra_metamodel.diagnostics import SidraError

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key that the provider alone has; `none` and those by a shared secret are not among them."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_BYTES = 1_000_000
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,29}$")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class AdmissionRefused(SidraError):
    """The file of the ways in says something that cannot be."""

    code = "R070"


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the file: a word that it does not know is an error."""


class Mapped(_Strict, frozen=True, kw_only=True):
    """Values of a claim and what each gives; one that is not listed gives nothing."""

    claim: Text
    values: dict[str, list[str]]

    def given(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """What the values of the claim give, all together."""
        found = claims.get(self.claim)
        texts = found if isinstance(found, list) else [found]
        return frozenset(name for text in texts if isinstance(text, str) for name in self.values.get(text, ()))


class Provider(_Strict, frozen=True, kw_only=True):
    """An identity provider of OpenID Connect."""

    label: dict[str, str]
    """What stands on the button, by language."""
    issuer: Text
    client_id: Text
    client_secret_environment: str = ""
    client_secret_file: str = ""
    scopes: tuple[Text, ...] = ("openid", "profile", "email")
    algorithms: tuple[Algorithm, ...] = ("RS256", "ES256", "PS256", "EdDSA")
    creates_accounts: bool = False
    """Whether somebody whom no account belongs to gets one at the first sign-in."""
    links_verified_email: bool = False
    """Whether an account whose login is an e-mail that the provider verified becomes theirs at the first sign-in."""
    login_claim: Text = "preferred_username"
    roles: Mapped | None = None
    """Where it stands, the roles of its people are these at each sign-in, and no others."""
    units: Mapped | None = None
    strong_acr: tuple[Text, ...] = ()
    strong_amr: tuple[Text, ...] = ("mfa",)
    """Values by which the provider tells that a second factor was proved."""
    signs_out: bool = True
    """Whether signing out here leads to the provider's own page for it, if it has one."""

    def secret(self) -> str:
        """The client's secret, empty for a public client; raises Misconfigured where it cannot be read."""
        if self.client_secret_environment:
            found = os.environ.get(self.client_secret_environment, "")
            source = f"the variable {self.client_secret_environment}"
        elif self.client_secret_file:
            source, found = f"the file {self.client_secret_file}", _first_line(Path(self.client_secret_file))
        else:
            return ""
        if not found:
            raise Misconfigured(f"{source} holds no secret", hint="the provider gave it with the client id")
        return found


class Admission(_Strict, frozen=True, kw_only=True):
    """How people may come in at one affiliate."""

    passwords: bool = True
    second_factor_roles: tuple[str, ...] = ()
    """Whoever has one of these roles proves a second factor."""
    providers: dict[Name, Provider] = {}

    def demands_second_factor(self, roles: frozenset[str]) -> bool:
        """Whether people with these roles prove a second factor."""
        return not roles.isdisjoint(self.second_factor_roles)

    @property
    def named_roles(self) -> frozenset[str]:
        """All roles that are named here, for whoever knows which there are."""
        mapped = [one.roles for one in self.providers.values() if one.roles is not None]
        given = (role for one in mapped for roles in one.values.values() for role in roles)
        return frozenset({*self.second_factor_roles, *given})


USUAL = Admission()


@dataclass(frozen=True, slots=True)
class Admissions:
    """The ways in of all affiliates of an installation."""

    by_affiliate: Mapping[str, Admission] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, affiliate: str) -> Admission:
        """Those of an affiliate; by password alone where the file says nothing."""
        return self.by_affiliate.get(affiliate, USUAL)


def read_admissions(file: Path | None) -> Admissions:
    """The ways in that a file declares, none where there is no file to read.

    Raises AdmissionRefused with its place for what cannot be.
    """
    if file is None:
        return Admissions()
    try:
        text = file.read_bytes()[: MAX_BYTES + 1]
    except OSError as error:
        raise AdmissionRefused(f"{file.name} cannot be read: {error.strerror}", hint="see its rights") from error
    try:
        found = YAML(typ="safe", pure=True).load(text.decode()) if len(text) <= MAX_BYTES else None
    except (UnicodeDecodeError, YAMLError, RecursionError) as error:
        reason = f"{file.name} is no YAML: {str(error).partition(chr(10))[0]}"
        raise AdmissionRefused(reason, hint="write `affiliate:` and below it how people come in") from error
    _refuse_secrets(found, file.name)
    try:
        read = msgspec.convert(found or {}, dict[str, Admission])
    except (msgspec.ValidationError, RecursionError) as error:
        raise AdmissionRefused(f"{file.name}: {error}", hint="see docs/tutorials/operator.md, sign-in") from error
    for affiliate, admission in read.items():
        _check(f"{file.name}: {affiliate}", admission)
    return Admissions(MappingProxyType(read))


def _refuse_secrets(found: object, where: str) -> None:
    if isinstance(found, dict):
        for name, value in found.items():
            if name in {"client_secret", "secret", "password"}:
                hint = "write `client_secret_file:` or `client_secret_environment:`"
                raise AdmissionRefused(f"{where}: a secret never stands in YAML (`{name}`)", hint=hint)
            _refuse_secrets(value, f"{where}.{name}")


def _check(where: str, admission: Admission) -> None:
    if not admission.passwords and not admission.providers:
        raise AdmissionRefused(f"{where}: nobody can come in", hint="declare a provider, or allow passwords")
    issuers: dict[str, str] = {}
    for name, provider in admission.providers.items():
        at = f"{where}.providers.{name}"
        _check_issuer(at, provider.issuer)
        if issuers.setdefault(provider.issuer, name) != name:
            raise AdmissionRefused(f"{at}: another provider has this issuer", hint="one issuer, one provider")
        if "openid" not in provider.scopes:
            raise AdmissionRefused(f"{at}: `openid` is missing in `scopes`", hint="add it")
        if not provider.label:
            raise AdmissionRefused(f"{at}: `label` is empty", hint="write `label: {en: Company account}`")
        if not provider.algorithms:
            raise AdmissionRefused(f"{at}: `algorithms` is empty", hint="leave it out")
        for roles in provider.roles.values.values() if provider.roles else ():
            if frozenset(roles) != person_roles(roles):
                raise AdmissionRefused(f"{at}: nobody is given the role of the program", hint="name another role")


def _check_issuer(at: str, issuer: str) -> None:
    try:
        parts = urlsplit(issuer)
        is_good = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username or parts.password)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    except ValueError:
        is_good = is_safe = False
    if not is_good or not is_safe:
        hint = "write the provider's issuer as it does; http is for a provider on this machine only"
        raise AdmissionRefused(f"{at}: `issuer` is no https address", hint=hint)


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip().partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no UTF-8"
        reason = f"the file {file.name} with a client's secret cannot be read: {why}"
        raise Misconfigured(reason, hint="see its rights") from error
