"""Weights as rounded changes against what the other side already has.

A row of a matrix changes in steps of `q` times the root mean square of its own change, so that small changes are kept
as well as large ones; the whole numbers that come of it are coded by their frequency. `q` is the smallest with which
everything fits into the size allowed. Both sides add the rounded change to what they have, in the weights' own format,
and so have the same again, to the bit; the next change is measured against that, and contains what this one left out.

How far off an element is after a change: at most half its row's step, and half a unit of its own last place. Vectors
leave as they are, and so does all the rest where that fits: `q` is 0 then."""

import hashlib
import json
import math
import zlib
from concurrent.futures import ThreadPoolExecutor

import torch

LARGEST = 127  # a change in steps fits into a signed byte: a row with an outlier gets coarser steps
FINEST, COARSEST = 1 / 512, 4.0  # q of what is rounded
SAMPLE = 1 << 22  # elements by which q is first estimated
BY_FREQUENCY = zlib.Z_HUFFMAN_ONLY  # alone: these numbers have no repetitions to look for
LENGTH = 8  # bytes of the head's length


def encode(weights, held, limit, about):
    """{name: tensor}; `held`: the same of what the other side has, see `at_first`; bytes at most; plain values that
    travel in the change's head, which also states "error", see `errors`.

    -> the change, in bytes; what both sides then have. ValueError where something is not finite or does not fit."""
    for name, tensor in weights.items():
        if not torch.isfinite(tensor).all():
            raise ValueError(f"{name} is not finite everywhere: such weights are of no use to anybody.")
    q = 0.0 if sum(map(_size, weights.values())) <= limit else _estimated(weights, held, limit)
    while q <= COARSEST:
        content, after = _encoded(weights, held, q, about)
        if len(content) <= limit:
            return content, after
        q = max(FINEST, q * 1.04)
    raise ValueError(f"Not even the coarsest change fits into {limit / (1 << 20):.1f} MiB.")


def at_first(weights, known=None):
    """What both sides have before anything was sent: of the `known` weights those that `weights` names, and nothing,
    that is zeros, of all others."""
    known = known or {}
    return {
        name: known[name].to(tensor.dtype) if name in known else torch.zeros_like(tensor)
        for name, tensor in weights.items()
    }


def decode(content, held):
    """What `encode` made; what is here, which may lack what the other side began from nothing, and have more besides ->
    what both sides then have. ValueError where the change was measured against other weights."""
    head, body = head_of(content)
    before, after, at = {}, {}, 0
    for name, kind, shape, _ in head["tensors"]:
        nothing = torch.zeros(shape, dtype=getattr(torch, kind))
        if name in held and list(held[name].shape) != shape:
            raise ValueError(f"{name} is {list(held[name].shape)} here, and {shape} where the change was made.")
        before[name] = held[name].to(nothing.dtype) if name in held else nothing
    if digest(before) != head["before"]:
        raise ValueError("It was measured against other weights than those that are here.")
    for name, _, _, size in head["tensors"]:
        after[name] = _applied(before[name], body[at : at + size], head["q"])
        at += size
    if digest(after) != head["after"]:
        raise ValueError("What comes of it is not what the other side has.")
    return after


def head_of(content):
    """-> {"round", ..., "q", "error", "before", "after", "tensors": [[name, format, shape, bytes]]}, the parts"""
    length = int.from_bytes(content[:LENGTH], "little")
    return json.loads(content[LENGTH : LENGTH + length]), memoryview(content)[LENGTH + length :]


def described(content):
    head, _ = head_of(content)
    error, steps = head["error"], f"in steps of {head['q']:.4f} of each row's change" if head["q"] else "as they are"
    return (
        f"round {head['round']}: {len(content) / (1 << 20):.2f} MiB, {steps};"
        f" off by {100 * error['mean']:.4f} % of the weights, at most {100 * error['worst']:.4f} % ({error['of']})"
    )


def errors(weights, after):
    """{"mean", "worst", "of"}: how far matrices are off, as root mean squares, in shares of the weights' own: over all
    of them, and in the worst one, which is named."""
    square, whole, worst, of = 0.0, 0.0, 0.0, None
    for name, tensor in weights.items():
        if tensor.ndim < 2:
            continue
        own = tensor.double().square().sum().item()
        off = (tensor.double() - after[name].double()).square().sum().item()
        square, whole = square + off, whole + own
        share = math.sqrt(off / own) if own else 0.0
        if of is None or share > worst:
            worst, of = share, name
    return {"mean": math.sqrt(square / whole) if whole else 0.0, "worst": worst, "of": of}


def digest(weights):
    """One hash of all names, formats, shapes and values."""
    whole = hashlib.sha256()
    for name, tensor in sorted(weights.items()):
        whole.update(f"{name} {_kind(tensor)} {list(tensor.shape)}\n".encode())
        whole.update(_bytes(tensor))
    return whole.hexdigest()


def _size(tensor):
    return tensor.numel() * tensor.element_size()


def _kind(tensor):
    return str(tensor.dtype).removeprefix("torch.")


def _bytes(tensor):
    return memoryview(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())


def steps_of(change, q):
    """Change of a matrix [rows, columns], float32 -> the step of each row [rows, 1]; 0 where nothing changed."""
    return torch.maximum(q * change.square().mean(1, keepdim=True).sqrt(), change.abs().amax(1, keepdim=True) / LARGEST)


def _rounded(change, q):
    """-> steps [rows, 1], whole numbers of them [rows, columns], int8"""
    steps = steps_of(change, q)
    return steps, (change / steps.where(steps > 0, 1)).round().clamp(-LARGEST, LARGEST).to(torch.int8)


def _change(tensor, held):
    return (tensor.float() - held.float()).flatten(1)


def _encoded(weights, held, q, about):
    with ThreadPoolExecutor() as pool:  # for the coding alone: PyTorch has threads of its own
        parts = {name: _part(tensor, held[name], q, pool) for name, tensor in weights.items()}
        parts = {name: b"".join((steps, codes.result())) for name, (steps, codes) in parts.items()}
    after = {name: _applied(held[name], part, q) for name, part in parts.items()}
    tensors = [[name, _kind(w), list(w.shape), len(parts[name])] for name, w in weights.items()]
    head = {"q": q, "error": errors(weights, after), "before": digest(held), "after": digest(after)}
    text = json.dumps(about | head | {"tensors": tensors}).encode()
    return b"".join((len(text).to_bytes(LENGTH, "little"), text, *parts.values())), after


def _part(tensor, held, q, pool):
    """-> bytes, and bytes that are still being made"""
    if tensor.ndim < 2 or q == 0:
        return bytes(_bytes(tensor)), pool.submit(bytes)
    steps, codes = _rounded(_change(tensor, held), q)
    return bytes(_bytes(steps)), pool.submit(_coded, _bytes(codes))


def _coded(numbers):
    coder = zlib.compressobj(level=1, strategy=BY_FREQUENCY)
    return coder.compress(numbers) + coder.flush()


def _applied(held, part, q):
    """What is there, and a part of a change -> what is there then. Both sides compute this, and must to the bit."""
    if held.ndim < 2 or q == 0:
        return torch.frombuffer(bytearray(part), dtype=held.dtype).reshape(held.shape)
    rows = len(held)
    steps = torch.frombuffer(bytearray(part[: 4 * rows]), dtype=torch.float32)[:, None]
    codes = torch.frombuffer(bytearray(zlib.decompress(part[4 * rows :])), dtype=torch.int8).reshape(rows, -1)
    change = codes.float() * steps  # apart from the sum, which nothing may fuse with it
    return (held.float() + change.reshape(held.shape)).to(held.dtype)


def _estimated(weights, held, limit):
    """The smallest q with which all seems to fit, by the entropy of a sample of rows. COARSEST where none does."""
    matrices = [name for name, tensor in weights.items() if tensor.ndim > 1]
    stride = max(1, sum(weights[name].numel() for name in matrices) // SAMPLE)
    sample = {name: _change(weights[name][::stride], held[name][::stride]) for name in matrices}
    fixed = sum(4 * len(weights[name]) for name in matrices) + 200 * len(weights)
    fixed += sum(_size(tensor) for tensor in weights.values() if tensor.ndim < 2)

    def size(q):
        bits = 0.0
        for name, change in sample.items():
            counts = torch.bincount(_rounded(change, q)[1].flatten().int() + LARGEST).double()
            counts = counts[counts > 0]
            entropy = -(counts / counts.sum()).log2().mul(counts).sum().item() / change.numel()
            bits += max(1, entropy) * weights[name].numel()  # a code word has one bit at least
        return fixed + bits / 8

    finest, coarsest = math.log(FINEST), math.log(COARSEST)
    for _ in range(14):
        middle = (finest + coarsest) / 2
        finest, coarsest = (finest, middle) if size(math.exp(middle)) <= limit else (middle, coarsest)
    return math.exp(coarsest)
