"""Where a connector may connect to: never where its name leads unexpectedly."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from sidra.connectors.failures import NotAllowed, NotConfigured, Unreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
PORTS = {"https": 443, "http": 80}
THIS_MACHINE = "localhost"
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""By which hosts without IPv4 reach those that have nothing else."""
LOW_32 = 0xFFFFFFFF
SECRETS = ipaddress.ip_address("fd00:ec2::254")
"""Where a cloud keeps its secrets, besides the addresses of one link."""


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def base_parts(text: str, variable: str) -> SplitResult:
    """The parts of a base address; raises NotConfigured, which does not repeat what may hold a password."""
    try:
        parts = urlsplit(text.strip())
        is_one = parts.scheme in PORTS and bool(parts.hostname) and not parts.query and not parts.fragment
        _ = parts.port
    except ValueError:
        is_one = False
    if not is_one or parts.username is not None:
        raise NotConfigured(f"`{variable}` holds no address of a system", hint="such as `https://billing.example/api`")
    return parts


def is_literal(host: str) -> bool:
    """Whether a host is an address already, or this machine: the operator said so outright."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == THIS_MACHINE
    return True


def target_of(parts: SplitResult, *, internal: bool, resolve: Resolve = resolved) -> str:
    """The address to connect to; raises NotAllowed for one that it must not be, Unreachable where there is none."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        found = resolve(host, port)
    except OSError as error:
        raise Unreachable("the name of the system leads nowhere", hint="try again a little later") from error
    is_said = is_literal(host)
    if not found or not all(_may_be(one, is_said=is_said, internal=internal) for one in found):
        hint = "use an address that is reached from outside, or `internal: true` for one of the company's network"
        raise NotAllowed("the system's name leads to an address that it must not", hint=hint)
    if parts.scheme == "http" and not (internal or is_said):
        raise NotAllowed("the system would be asked without encryption", hint="write `https://…`")
    return found[0]


def foreign_target(parts: SplitResult, *, loopback: bool, resolve: Resolve = resolved) -> str:
    """The address to connect to where somebody else named the system; raises as `target_of`.

    Only what is reached from everywhere, encrypted; with `loopback` also this machine, in the clear.
    """
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        found = [_meant(ipaddress.ip_address(one.partition("%")[0])) for one in resolve(host, port)]
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name of the system leads nowhere", hint="try again a little later") from error
    is_here = loopback and bool(found) and all(one.is_loopback for one in found)
    if not is_here and not (found and all(_is_foreign(one) for one in found)):
        hint = "give an address that is reached from everywhere"
        raise NotAllowed("the address leads where nothing is sent on behalf of others", hint=hint)
    if parts.scheme == "http" and not is_here:
        raise NotAllowed("the system would be told without encryption", hint="write `https://…`")
    return str(found[0])


def _is_foreign(address: Address) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_link_local or address.is_unspecified
    return address.is_global and not is_special and address != SECRETS


def _may_be(text: str, *, is_said: bool, internal: bool) -> bool:
    address = _meant(ipaddress.ip_address(text.partition("%")[0]))
    if address.is_loopback:
        return is_said
    # Where clouds keep their secrets, and what is no single system.
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return False
    if address == SECRETS:
        return False
    if is_said:
        return True
    return address.is_global or (internal and address.is_private)


def _meant(address: Address) -> Address:
    """The address that packets come to in the end: one of IPv4 may stand in one of IPv6."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in TRANSLATED:
        return ipaddress.IPv4Address(int(address) & LOW_32)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
