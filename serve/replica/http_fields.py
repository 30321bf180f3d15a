"""Header fields that belong to one connection, and not to the request or the answer (RFC 9110, 7.6.1)."""

from collections.abc import Iterable

OF_A_CONNECTION = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
FROM_RAY = ("x-request-id",)


def end_to_end(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that are passed on: all but these, and but those that `Connection` names."""
    fields = list(fields)
    named = {
        name.strip().lower() for field, value in fields if field.lower() == "connection" for name in value.split(",")
    }
    return [(name, value) for name, value in fields if name.lower() not in OF_A_CONNECTION | named]
