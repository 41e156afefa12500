"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

IPV6_SITE_BITS = 64  # what one customer of a provider gets: within it, addresses are changed at will


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, None when it has none (a local socket).

    Each trusted proxy adds one entry to X-Forwarded-For, at the end; whatever stands further left was written by the
    client and is not believed. Without trusted proxies the header counts for nothing.
    """
    direct = _canonical(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TRUSTED_PROXIES
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not proxies or len(entries) < proxies:
        return direct
    return _canonical(entries[-proxies]) or direct


def network(address: str) -> str:
    """What limits count as one address: an IPv4 address, or the /64 network of an IPv6 one."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/{IPV6_SITE_BITS}", strict=False).network_address)


def _canonical(text: str) -> str | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
