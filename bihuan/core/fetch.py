"""Fetching something from an address that a stranger wrote, without becoming his way into the house's network."""

import ipaddress
import socket
import time
from urllib.parse import urljoin, urlsplit

import urllib3

_SECONDS = 6.0  # for each answer of the network
_ALL_SECONDS = 12.0  # for the whole of it: who sends a byte now and then does not keep us
_HOPS = 3
_PART = 64 * 1024
_PORTS = {"http": 80, "https": 443}


class NotFetched(Exception):
    """Why nothing was fetched; for the log, not for the sender."""


def fetch_public(url: str, *, most: int) -> bytes:
    """The bytes behind an http(s) address, at most ``most`` of them.

    Only the usual ports of hosts all of whose addresses are public; the address that was judged is the one that is
    called, so that a name cannot mean another machine a moment later. Nothing of ours goes along: no cookies, no
    referrer. Redirections are judged anew, at most three.

    :raises NotFetched: it may not be fetched, is not there, is too large or takes too long
    """
    for _hop in range(_HOPS + 1):
        answer, following = _one(url, most)
        if following is None:
            return answer
        url = urljoin(url, following)
    raise NotFetched("too many redirections")


def public_address(host: str, port: int) -> str:
    """One address of the host, all of which are public.

    :raises NotFetched: there is none, or one of them is not public
    """
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise NotFetched(f"no such host: {error}") from error
    for each in found:
        address = ipaddress.ip_address(each.partition("%")[0])
        inside = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
        if not inside.is_global or inside.is_multicast:
            raise NotFetched("the host is not a public one")
    return sorted(found, key=lambda each: ":" in each)[0]  # IPv4 first: reachable from more houses


def _one(url: str, most: int) -> tuple[bytes, str | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotFetched("no address") from error
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    if scheme not in _PORTS or not host or parts.username is not None or port not in (None, _PORTS[scheme]):
        raise NotFetched("no address that is fetched")
    address = public_address(host, _PORTS[scheme])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _pool(scheme, address, host) as pool:
            response = pool.urlopen(
                "GET", path, headers={"Host": host, "Accept": "*/*", "Accept-Encoding": "identity"}, redirect=False, retries=False,
                preload_content=False, assert_same_host=False,
            )  # fmt: skip
            try:
                following = response.get_redirect_location()
                if following:
                    return b"", str(following)
                if response.status != 200:
                    raise NotFetched(f"status {response.status}")
                return _read(response, most), None
            finally:
                response.close()
    except (urllib3.exceptions.HTTPError, OSError, UnicodeError, ValueError) as error:
        raise NotFetched(str(error)[:200]) from error


def _read(response: urllib3.BaseHTTPResponse, most: int) -> bytes:
    until, data = time.monotonic() + _ALL_SECONDS, b""
    while part := response.read1(_PART, decode_content=False):
        data += part
        if len(data) > most:
            raise NotFetched("too large")
        if time.monotonic() > until:
            raise NotFetched("too slow")
    return data


def _pool(scheme: str, address: str, host: str) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(total=_SECONDS)
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, 80, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address, 443, timeout=timeout, maxsize=1, server_hostname=host, assert_hostname=host
    )
