"""Addresses from which requests come, as they are counted."""

from __future__ import annotations

import ipaddress


def network(source: str) -> str:
    """The address of a source as it is counted: of IPv6 the network of a household, /64.

    Examples
    --------
    >>> network("2001:db8::1:2"), network("10.0.0.7"), network("::ffff:10.0.0.7")
    ('2001:db8::/64', '10.0.0.7', '10.0.0.7')
    """
    try:
        found = ipaddress.ip_address(source)
    except ValueError:
        return source
    if not isinstance(found, ipaddress.IPv6Address):
        return source
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network(f"{found}/64", strict=False))


def lies_in(source: str, networks: str) -> bool:
    """Whether an address lies in one of some networks, written with commas between them.

    Examples
    --------
    >>> lies_in("10.1.2.3", "10.0.0.0/8, ::1"), lies_in("10.1.2.3", ""), lies_in("", "0.0.0.0/0")
    (True, False, False)
    """
    try:
        found = ipaddress.ip_address(source)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one) for one in listed(networks))


def listed(networks: str) -> list[str]:
    """Addresses and networks that are written with commas between them."""
    return [one.strip() for one in networks.split(",") if one.strip()]
