"""What of a request tells clients and documents apart, and stays the same while somebody types."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.rig.root import ROOT
from serve.routing.request_key import client_of, document_of, request_key

SOURCE = (ROOT / "src" / "server" / "app.ts").read_text(encoding="utf-8")
OTHER = (ROOT / "src" / "server" / "startServer.ts").read_text(encoding="utf-8")


def fill(prefix: str, **more: object) -> bytes:
    return json.dumps({"context": {"prefix": prefix, "suffix": ""}, **more}).encode()


def test_clients_are_told_apart_as_the_server_does():
    assert client_of({"x-infill-client": "a"}.get, "::1") != client_of({"x-infill-client": "b"}.get, "::1")
    assert client_of({"user-agent": "vim"}.get, "10.0.0.1") != client_of({"user-agent": "vim"}.get, "10.0.0.2")
    assert client_of({"user-agent": "vim"}.get, "::1") != client_of({"x-infill-client": "vim"}.get, "::1")
    named = {"x-infill-client": "a", "user-agent": "1.0"}
    assert client_of(named.get, "::1") == client_of({**named, "user-agent": "1.1"}.get, "::1")


@pytest.mark.parametrize(
    "form",
    [
        fill,
        lambda prefix: json.dumps({"prompt": prefix, "suffix": "x"}).encode(),
        lambda prefix: json.dumps({"prompt": [prefix, "more"]}).encode(),
        lambda prefix: json.dumps({"input_prefix": prefix, "prompt": "const", "input_suffix": ""}).encode(),
        lambda prefix: json.dumps({"prompt": f"<|fim_prefix|>{prefix}<|fim_suffix|>x<|fim_middle|>"}).encode(),
    ],
)
def test_typing_does_not_change_the_document_and_another_document_does(form):
    start = SOURCE.index("\n", 3000)
    keys = {document_of(form(SOURCE[: start + typed])) for typed in range(400)}
    assert len(keys) == 1 and keys != {""}
    assert document_of(form(OTHER[:3000])) not in keys


def test_a_name_says_which_document_it_is_whatever_its_text_is():
    uri = "file:///work/prices.ts"
    assert document_of(fill("a", uri=uri)) == document_of(fill("b", uri=uri)) != document_of(fill("a", uri=uri + "x"))
    assert document_of(fill("a", filename="a.ts")) != document_of(fill("a", filename="b.ts"))


def test_a_window_whose_projects_texts_a_replica_holds_stays_there_with_all_its_documents():
    window = {"x-infill-client": "a"}.get
    texts = json.dumps({"replace": [{"uri": "file:///a.ts", "text": "a"}]}).encode()
    sent = [("fill", fill("a", uri="file:///a.ts")), ("fill", fill("b", uri="file:///b.ts")), ("project", texts)]
    assert len({request_key(window, "::1", body, f"/infill/v1/{route}") for route, body in sent}) == 1
    # Others have none there.
    program = {"user-agent": "curl"}.get
    assert len({request_key(program, "::1", body, f"/infill/v1/{route}") for route, body in sent}) == 3
    assert len({request_key(window, "::1", body, "/infill") for _, body in sent}) == 3


def test_a_window_that_moves_with_the_cursor_seldom_changes_the_document():
    lines = [f"    value{i} = compute(value{i - 1}, {i * i})" for i in range(1000)]
    keys = [document_of(fill("\n".join(lines[i : i + 256]))) for i in range(600)]
    changes = sum(first != second for first, second in itertools.pairwise(keys))
    assert changes < 600 / 64 * 3, "with one move in 64, as a rule"


@given(st.one_of(st.binary(), st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps)))
def test_whatever_is_sent_has_a_key(body):
    sent = body if isinstance(body, bytes) else body.encode()
    assert request_key({}.get, "", sent).startswith("with  at ")


MEMBERS = st.sampled_from(["context", "uri", "filename", "prompt", "prefix", "input_prefix"])
VALUES = st.none() | st.text() | st.lists(st.text()) | st.dictionaries(st.just("prefix"), st.text() | st.integers())


@given(st.dictionaries(MEMBERS, VALUES))
def test_members_of_other_kinds_name_nothing(asked):
    assert isinstance(document_of(json.dumps(asked).encode()), str)


def test_a_body_that_is_too_deep_is_no_reason_to_fail():
    assert document_of(b"[" * 200_000) == ""
