"""What of a request says on which replica its text may have been read before."""

import hashlib
import json
from collections.abc import Callable

CLIENT_HEADER = "x-infill-client"
LONGEST_NAME = 200
"""As in src/server/turns/clientOf.ts, which tells clients apart in the same way."""

HEAD_LINES = 64
SHORTEST_TELLING = 8
"""Characters of a line that tells documents apart; braces, blanks and the like are in all of them."""


OWN_ROUTES = "/infill/v1/"
"""Of the editor's whole protocol (src/server/native), where a client that says its name has texts of its project."""


def request_key(header: Callable[[str], str | None], address: str, body: bytes, path: str = "") -> str:
    """Client and document of a request; of a body that is no request, the client alone.

    So it is with all requests of a client whose project's texts one replica holds: another would answer without them.
    """
    has_texts = OWN_ROUTES in path and bool(header(CLIENT_HEADER))
    return f"{client_of(header, address)}\n{'' if has_texts else document_of(body)}"


def client_of(header: Callable[[str], str | None], address: str) -> str:
    """Who says so in the header, else whoever is at this address with this program. `header`: of a name in lower
    case"""
    name = header(CLIENT_HEADER)
    if name:
        return f"named {name[:LONGEST_NAME]} at {address[:LONGEST_NAME]}"
    return f"with {(header('user-agent') or '')[:LONGEST_NAME]} at {address[:LONGEST_NAME]}"


def document_of(body: bytes) -> str:
    """The name of the document that a request names, else a line of it; '' where nothing tells."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(asked, dict):
        return ""
    context = asked.get("context")
    places = [asked, context] if isinstance(context, dict) else [asked]
    for place in places:
        for name in (place.get("uri"), place.get("filename")):
            if isinstance(name, str) and name:
                return f"file {digest(name)}"
    for prefix in (asked.get("input_prefix"), asked.get("prompt"), *(place.get("prefix") for place in places)):
        text = prefix[0] if isinstance(prefix, list) and prefix else prefix
        if isinstance(text, str) and text:
            return f"line {telling_line(text)}"
    return ""


def telling_line(prefix: str) -> str:
    """One line out of the head of a prefix: of its whole lines the one whose hash is the smallest.

    It stays the same while the rest is typed. An editor that sends only the last lines before the cursor moves their
    head with the cursor;
    of a head of n lines the chosen one then changes with one move in n, whereas the first line would change with each.
    """
    whole = prefix.split("\n", HEAD_LINES)[:HEAD_LINES][: prefix.count("\n")]
    lines = [line.strip() for line in whole]
    return min((digest(line) for line in lines if len(line) >= SHORTEST_TELLING), default="")


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
