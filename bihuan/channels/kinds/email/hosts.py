"""Which addresses may be called when somebody types in a host's name (correctness 126).

A name is resolved once, and the address that was checked is the one that is called: a name that answers differently
the next time gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable

from bihuan.channels.kinds.email.failures import HostRefused, Unreachable

Resolve = Callable[[str, int], str]
# Where clouds tell machines their secrets; outside the ranges that Python calls link-local.
_SECRETS = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254", "192.0.0.192")))


def company_address(host: str, port: int) -> str:
    """The address of a host inside or outside the company's network.

    :raises HostRefused: link-local, multicast and unspecified addresses, and those of cloud metadata
    :raises Unreachable: no such host
    """
    return _checked(host, port, public_only=False)


def public_address(host: str, port: int) -> str:
    """The address of a host on the open internet; private and local ones are refused too. Raises alike."""
    return _checked(host, port, public_only=True)


def _checked(host: str, port: int, *, public_only: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"no such host: {host[:100]}") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not _allowed(address, public_only=public_only):
            raise HostRefused(f"{host[:100]} leads to {address}")
    if not addresses:
        raise Unreachable(f"no such host: {host[:100]}")
    return addresses[0]


def _allowed(address: str, *, public_only: bool) -> bool:
    given = ipaddress.ip_address(address.partition("%")[0])
    ip = given.ipv4_mapped or given if isinstance(given, ipaddress.IPv6Address) else given
    if ip in _SECRETS or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return ip.is_global or not public_only
