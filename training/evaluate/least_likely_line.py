"""The baseline of denoising: the line of a selection that the encoder finds least likely, written anew from left to
right."""

import torch

from training.evaluate.autoregressive import PREFIX, complete
from training.model.architecture import START


def refilled(encoder, healing, selections):
    """-> yields (id, {"text", "changes"}): the greedy completion up to the line's end, always taken; the indentation
    stays, and the suffix is not seen"""
    for selection in selections:
        text = selection.selection
        start, end = least_likely_line(encoder, healing.tokenizer, selection.prefix, text)
        written, _ = complete(encoder, healing, selection.prefix + text[:start], "", "rest")
        is_new = written != text[start:end]
        changes = [{"start": start, "end": end, "before": text[start:end], "text": written}] if is_new else []
        yield selection.id, {"text": text[:start] + written + text[end:], "changes": changes}


def least_likely_line(encoder, tokenizer, prefix, text):
    """-> (start, end) in `text` of the line whose tokens have the least mean log-probability, without its indentation
    and line break; a token counts for the line that it ends in"""
    sums = {}
    for (start, end), log_p in token_log_probs(encoder, tokenizer, prefix, text):
        last = end - 1 if text[start:end].strip() else start
        entry = sums.setdefault(text.count("\n", 0, last), [0.0, 0])
        entry[0] += log_p
        entry[1] += 1
    lines = text.split("\n")
    told = [line for line in sums if lines[line].strip()]
    least = min(told, key=lambda line: sums[line][0] / sums[line][1])
    start = sum(len(line) + 1 for line in lines[:least])
    indentation = len(lines[least]) - len(lines[least].lstrip())
    return start + indentation, start + len(lines[least])


@torch.no_grad()
def token_log_probs(encoder, tokenizer, prefix, text):
    """-> [((start, end) in `text`, log-probability)] of the tokens that begin in it, after all before them, or what the
    context window takes of that"""
    encoded = tokenizer.encode(prefix + text)
    first = next(i for i, (start, _) in enumerate(encoded.offsets) if start >= len(prefix))
    begin = max(0, first - PREFIX)
    ids = torch.tensor([[START, *encoded.ids[begin:]]])
    hidden, _ = encoder(ids, torch.arange(ids.shape[1])[None])
    log_p = encoder.logits(hidden[0, first - begin : -1]).log_softmax(-1)
    picked = log_p.gather(1, torch.tensor(encoded.ids[first:])[:, None])[:, 0].tolist()
    spans = [(start - len(prefix), end - len(prefix)) for start, end in encoded.offsets[first:]]
    return list(zip(spans, picked, strict=True))
