"""Which addresses may be fetched: how a web address must be written, and which machines hold no page.

A name is never judged, only what it stands for: `where_allowed` is asked about each address that is connected
to. So odd spellings (`0x7f.1`, `2130706433`) need no rules of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

Place = IPv4Address | IPv6Address

WEB_SCHEMES = ("http", "https")
OTHER_SCHEMES = ("ftp", "file", "data", "mailto")
WEB_PORTS = (80, 443)
#: The ports below belong to other services: mail, shells, printers.
FIRST_FREE_PORT, LAST_PORT = 1024, 65_535

# No page lives here, so not even `allow_private` opens them.
NEVER = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "169.254.0.0/16",  # link-local, and with it the metadata service of most clouds
        "192.0.0.0/24",  # protocols; the metadata service of Oracle
        "100.100.100.200/32",  # the metadata service of Alibaba
        "168.63.129.16/32",  # the inner service of Azure: a public address
        "192.88.99.0/24",  # relays of 6to4
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/128",  # any address
        "64:ff9b:1::/48",  # IPv4 behind a translator of the own network
        "2001::/32",  # Teredo: IPv4 in a tunnel
        "2002::/16",  # 6to4: the same
        "fd00:ec2::/32",  # the metadata service of Amazon
        "fd20:ce::/32",  # and of Google
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
    )
)
# Private, shared or for examples, by IANA's registries of special addresses; of IPv6, all but 2000::/3.
PRIVATE = tuple(map(ip_network, (
    "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "::/3", "4000::/2", "8000::/1", "2001::/23",
    "2001:db8::/32", "3fff::/20",
)))  # fmt: skip
# Addresses that are an IPv4 address in their last four bytes, and are judged as that: mapped, compatible,
# behind NAT64 (where an IPv6 network has no other way to IPv4).
WRAPPERS = tuple(ip_network(network) for network in ("::ffff:0:0/96", "::/96", "64:ff9b::/96"))
BARE = tuple(ip_address(address) for address in ("::", "::1"))


class Refused(Exception):
    """What is wrong with an address or a response, and what to do; whoever catches it names the address.

    `passes` says that another attempt may succeed, and `wait` how many seconds the server asks for before it.
    """

    def __init__(self, message: str, *, passes: bool = False, wait: float | None = None) -> None:
        super().__init__(message)
        self.passes, self.wait = passes, wait


def is_address(source: str) -> bool:
    """Return whether a source is written as an address, with a scheme, rather than as the name of a file.

    >>> is_address("https://news.example/quay"), is_address("notes: a plan.txt")
    (True, False)
    """
    scheme, colon, _ = source.partition(":")
    return "://" in source or (bool(colon) and scheme.lower() in WEB_SCHEMES + OTHER_SCHEMES)


def web_address(address: str) -> httpx.URL:
    """Read an http(s) address.

    Raises:
        Refused: where it is none, or holds a name and password.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise Refused("not a web address: check its spelling") from error
    if url.scheme not in WEB_SCHEMES or not url.host:
        raise Refused("not a web address: it must begin with http:// or https://")
    if url.port is not None and not 0 < url.port <= LAST_PORT:
        raise Refused("not a web address: check its port")
    if url.userinfo:
        raise Refused("holds a user name or password: leave them out, or save the page")
    return url


def check_place(address: str, port: int, *, allow_private: bool) -> None:
    """Refuse a machine (an IP address) or a port that holds no page for strangers.

    Raises:
        Refused: with the address and, where there is one, the switch that allows it.
    """
    place = _unwrapped(ip_address(address))
    if _is_in(place, NEVER):
        raise Refused(f"points to {place}, which cannot be a web page: check the address")
    if allow_private:
        return
    if _is_in(place, PRIVATE):
        raise Refused(f"points into a private network ({place}): add --allow-private if you mean it")
    if port not in WEB_PORTS and port < FIRST_FREE_PORT:
        raise Refused(f"port {port} is not a web server's: add --allow-private if you mean it")


def _is_in(place: Place, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(place in network for network in networks)


def _unwrapped(place: Place) -> Place:
    wrapped = place not in BARE and _is_in(place, WRAPPERS)
    return ip_address(int(place) & 0xFFFF_FFFF) if wrapped else place
