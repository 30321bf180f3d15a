"""The one network as the engine asks it, against transformers' Llama, which computes it on its own."""

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import embedding
from transformers import DynamicCache

from training.model.architecture import EOM, MASK, START, SUFFIX
from training.model.attention import dense_mask
from training.model.one_network import ADAPTED, NetworkArchitecture, OneNetwork
from training.model.one_network_folder import read_network_folder
from training.model.one_network_reference import NetworkReference, mixed
from training.model.who_sees_whom import CANVAS, CAUSAL, SUFFIX_ROW, TRUNK, sees
from training.tests.conftest import TINY_NETWORKS, question
from training.tests.llama import llama

KINDS = ("all", "adapters")


@pytest.fixture(scope="module")
def references():
    return {kind: NetworkReference(read_network_folder(TINY_NETWORKS / kind / "fp32").network) for kind in KINDS}


@pytest.fixture(params=KINDS)
def reference(request, references):
    return references[request.param]


# ---- against transformers


def adapted_llama(network):
    """transformers' Llama with the adapters added to the weights."""
    model = llama(network)
    for layer, adapters in zip(model.model.layers, network.adapters or (), strict=False):
        for name, parts in ADAPTED.items():
            added = 2 * adapters[name].b @ adapters[name].a
            for part, rows in zip(parts, added.split([weight_of(layer, part).shape[0] for part in parts]), strict=True):
                weight_of(layer, part).add_(rows)
    return model


def weight_of(layer, part):
    return getattr(layer.self_attn if part in "qkvo" else layer.mlp, f"{part}_proj").weight


def embedded(network, ids):
    rows = {MASK: network.mask_in, EOM: network.eom_in, SUFFIX: network.suffix_in}
    return torch.stack([rows.get(i, network.embedding[i]) for i in ids])[None]


def log_probs(network, normed, reading):
    logits = normed @ network.embedding.T
    logits[..., EOM] = -torch.inf if reading else normed @ network.eom_out + network.eom_bias
    logits[..., MASK] = -torch.inf
    return logits.log_softmax(-1)


def assert_same(ours, theirs):
    # transformers computes the angles of RoPE in single precision
    assert (ours[theirs.isinf()] < -1e8).all()
    torch.testing.assert_close(ours[theirs.isfinite()], theirs[theirs.isfinite()], rtol=0, atol=3e-4)


@torch.no_grad()
def read_by_transformers(network, ids, first):
    model = llama(network)
    positions = first + torch.arange(len(ids))[None]
    return model.model(inputs_embeds=embedded(network, ids), position_ids=positions, use_cache=True)


def test_reading_rows_are_transformers_llama(reference):
    network, prefix = reference.network, question(0)[0]
    read = read_by_transformers(network, [START, *prefix], network.architecture.trunk_position)
    assert_same(reference.trunk(prefix), log_probs(network, read.last_hidden_state[0], True))


@pytest.mark.parametrize("sizes", [{}, {"prefix": 0}, {"suffix": 0}, {"written": 0}, {"written": 12, "canvas": 1}])
@torch.no_grad()
def test_middle_rows_are_transformers_llama_with_a_mask_and_adapters_merged(reference, sizes):
    network = reference.network
    prefix, suffix, written, canvas = question(1, **sizes)
    first = network.architecture.trunk_position
    trunk = read_by_transformers(network, [START, *prefix], first).past_key_values
    after = read_by_transformers(network, [SUFFIX, *suffix], 0).past_key_values
    past = DynamicCache()
    for i, (a, b) in enumerate(zip(trunk.layers, after.layers, strict=True)):
        past.update(torch.cat((a.keys, b.keys), 2), torch.cat((a.values, b.values), 2), i)
    last, o, size = [START, *prefix][-1], len(written), len(canvas)
    rows = [("write", i) for i in range(o + 1)] + [("canvas", c) for c in range(size + 1)]
    stands = [last, *written]
    ids = [stands[i] if kind == "write" else [stands[o], *canvas][i] for kind, i in rows]
    at = first + len(prefix)
    positions = [at + i if kind == "write" else at + o + i for kind, i in rows]
    columns = [("trunk", i) for i in range(len(prefix) + 1)] + [("suffix", i) for i in range(len(suffix) + 1)] + rows
    mask = torch.full((len(rows), len(columns)), -torch.inf, dtype=torch.float64)
    for r, (kind, i) in enumerate(rows):
        for c, (other, j) in enumerate(columns):
            seen = {
                "trunk": j != len(prefix),  # its last token stands in causal row 0
                "suffix": True,
                "write": j <= i if kind == "write" else j < o,
                "canvas": kind == "canvas",
            }
            if seen[other]:
                mask[r, c] = 0
    out = adapted_llama(network).model(
        inputs_embeds=embedded(network, ids),
        position_ids=torch.tensor([positions]),
        attention_mask=mask[None, None],
        cache=past,
    )
    theirs = log_probs(network, out.last_hidden_state[0], False)
    causal, whole = reference.middle(prefix, suffix, written, canvas)
    assert_same(causal, theirs[: o + 1])
    assert_same(whole, theirs[o + 1 : -1])


# ---- against the function that training uses


@torch.no_grad()
def test_one_pass_over_all_rows_gives_the_same(reference):
    """Trunk, suffix, causal rows and two canvases beside each other, as training lays them out."""
    network = reference.network
    prefix, suffix, written, canvas = question(2)
    trunk, n, o = [START, *prefix], len(prefix) + 1, 2
    first, at = network.architecture.trunk_position, network.architecture.trunk_position + n - 1
    stands = [trunk[-1], *written]
    rows = [(TRUNK, i, i + 1, 0, t, first + i) for i, t in enumerate(trunk)]
    rows += [(SUFFIX_ROW, i, 0, 0, t, i) for i, t in enumerate([SUFFIX, *suffix])]
    rows += [(CAUSAL, i, n - 1, i + 1, t, at + i) for i, t in enumerate(stands)]
    for copy, behind in ((0, len(written)), (1, o)):
        ids = [stands[behind], *canvas]
        rows += [(CANVAS + copy, c, n - 1, behind, t, at + behind + c) for c, t in enumerate(ids)]
    kind, index, trunk_limit, causal_limit, ids, positions = (
        torch.tensor([column]) for column in zip(*rows, strict=True)
    )
    hole = (kind != TRUNK).long()
    mask = dense_mask(sees(kind, hole, index, trunk_limit, causal_limit), 1, len(rows), len(rows), "cpu")
    hidden, _ = network(ids, positions, mask, middle=(kind >= CAUSAL)[..., None])
    log_p = network.logits(hidden[0]).log_softmax(-1)
    causal, whole = reference.middle(prefix, suffix, written, canvas)
    _, earlier = reference.middle(prefix, suffix, written[:o], canvas)
    for expected, chosen in ((causal, CAUSAL), (whole, CANVAS), (earlier, CANVAS + 1)):
        torch.testing.assert_close(log_p[kind[0] == chosen][: len(expected)], expected, rtol=0, atol=1e-9)


# ---- what the engine asks


def test_everything_that_should_matter_does(reference):
    prefix, suffix, written, canvas = question(3)
    base = torch.cat(reference.middle(prefix, suffix, written, canvas))
    others = [
        ([17, *prefix[1:]], suffix, written, canvas),
        ([*prefix[:-1], 17], suffix, written, canvas),
        (prefix, [*suffix[:-1], 17], written, canvas),
        (prefix, suffix, [17, *written[1:]], canvas),
        (prefix, suffix, written, [*canvas[:-1], 17]),
    ]
    changes = [(torch.cat(reference.middle(*other)) - base).abs().amax(-1) > 1e-3 for other in others]
    sees_all = torch.ones(len(base), dtype=torch.bool)
    for changed in changes[:3]:
        assert torch.equal(changed, sees_all)
    assert changes[3].tolist() == [False] + [True] * (len(base) - 1)
    assert changes[4].tolist() == [False] * (len(written) + 1) + [True] * len(canvas)


def test_adapters_change_middle_rows_alone(references):
    reference = references["adapters"]
    network = reference.network
    bare = NetworkReference(OneNetwork(replace(network.architecture, adapter_rank=None), network.state_dict()).double())
    prefix, suffix, written, canvas = question(4)
    assert torch.equal(bare.trunk(prefix), reference.trunk(prefix))
    left, right = (torch.cat(each.middle(prefix, suffix, written, canvas)) for each in (bare, reference))
    assert ((left - right).abs().amax(-1) > 0.1).all()


def test_mixing_restricting_and_what_is_never_predicted(reference):
    prefix, suffix, written, canvas = question(5)
    canvas = [MASK, *canvas[1:]]
    causal, whole = reference.middle(prefix, suffix, written, canvas)
    for weight in (0.0, 0.5, 1.0):
        log_p = reference.distributions(prefix, suffix, written, canvas, weight)
        expected = causal[-1].exp() ** weight * whole[0].exp() ** (1 - weight)
        expected[MASK] = 0
        torch.testing.assert_close(log_p[0].exp(), expected / expected.sum())
        torch.testing.assert_close(log_p[1:], whole[1:])
        assert (log_p[:, MASK] < -1e8).all()
        few = [EOM, 30, 200]
        row = reference.predict(prefix, suffix, written, canvas, [0], weight, few)[0]
        assert sorted(row.ids) == few
        shares = expected[torch.tensor(row.ids)] / expected[few].sum()
        torch.testing.assert_close(torch.tensor(row.log_probs, dtype=torch.float64).exp(), shares)
    assert (reference.trunk(prefix)[:, [MASK, EOM]] < -1e8).all()
    assert causal[:, EOM].isfinite().all()


def test_verifying_is_predicting_at_every_place(reference):
    prefix, suffix, written, canvas = question(6, canvas=8)
    tokens, proposals = [50, 51], [60, 61, 62, 63, 64, 65, 66]
    _, whole = reference.middle(prefix, suffix, written, canvas)
    for weight, count in ((1.0, 8), (0.5, 6)):
        answers, own = reference.verify(prefix, suffix, written, canvas, tokens, proposals, weight)
        assert len(answers) == len(own) == count
        for i in range(count):
            causal = reference.write(prefix, suffix, [*written, *tokens, *proposals[:i]])
            torch.testing.assert_close(own[i], causal)
            row = whole[2 + i] if i < 6 else causal
            torch.testing.assert_close(answers[i], mixed(row, causal, weight))


def test_what_is_written_is_not_what_is_read(reference):
    """Tokens that were appended see the suffix, those of the prefix do not."""
    prefix, suffix, _, canvas = question(7)
    ours = reference.middle(prefix, suffix, [40, 41], canvas)[1]
    other = reference.middle([*prefix, 40, 41], suffix, [], canvas)[1]
    assert (ours - other).abs().max() > 0.1


def test_scores_readings_and_continuations_agree(reference):
    prefix, ids = [40, 41, 42], [50, 51, 52]
    scores = reference.score_tokens(prefix, ids)
    steps = torch.stack([reference.trunk([*prefix, *ids[:i]])[-1][ids[i]] for i in range(3)])
    torch.testing.assert_close(scores, steps)
    readings = reference.read_tokens(prefix, ids)
    assert len(readings) == 4 and len(readings[0].ids) == 16
    last, none, first = reference.score_continuations(prefix, ids, [(3, [60]), (1, []), (0, ids)])
    torch.testing.assert_close(first, scores)
    torch.testing.assert_close(last, reference.trunk([*prefix, *ids])[-1][[60]])
    assert none.shape == (0,)


# ---- where it starts


def test_learned_rows_that_are_missing_begin_near_the_others(references):
    """What is trained of adapters leaves the suffix's row out, which must not begin at nothing."""
    network = references["adapters"].network
    base = {name: w for name, w in network.state_dict().items() if name.startswith(("embedding", "norm", "blocks."))}
    trained = {name: p.detach() for name, p in network.trained().items()}
    assert "suffix_in" not in trained
    fresh = OneNetwork(network.architecture, base)
    again = OneNetwork(network.architecture, base | trained)
    assert torch.equal(again.suffix_in, fresh.suffix_in) and fresh.suffix_in.any()
    assert not torch.equal(fresh.mask_in, again.mask_in)
    for name, parameter in again.trained().items():
        assert torch.equal(parameter.double(), trained[name]), name


def test_the_manifests_architecture_comes_back(references):
    for reference in references.values():
        architecture = reference.network.architecture
        entry = architecture.to_manifest()
        assert entry["kind"] == "one-network" and entry["trunkPosition"] == 40
        assert ("adapterRank" in entry) == (architecture.adapter_rank is not None)
        assert NetworkArchitecture.from_manifest(entry) == architecture


def test_embeddings_of_control_tokens_are_learned(references):
    network = references["all"].network
    ids = torch.tensor([[MASK, EOM, SUFFIX, START, 40]])
    learned = torch.stack((network.mask_in, network.eom_in, network.suffix_in))
    torch.testing.assert_close(network.embed(ids)[0], torch.cat((learned, embedding(ids, network.embedding)[0, 3:])))
