"""How high the encoder alone ranks the right token of a fault, after the text before it."""

from training.evaluate.autoregressive import PREFIX, LeftToRight
from training.model.architecture import START


def encoder_ranks(encoder, tokenizer, selections):
    """-> yields (id, for each fault the rank of the right token, 1 for the likeliest, after the text before it with all
    faults that it has; None of a fault that is not of one token)"""
    for selection in selections:
        ranks = [
            _rank(encoder, *token_place(tokenizer, selection, fault)) if fault.token else None
            for fault in selection.faults
        ]
        yield selection.id, ranks


def token_place(tokenizer, selection, fault):
    """-> ids before a fault of one token, and the right token's id"""
    text = selection.selection
    mended = text[: fault.start] + fault.right + text[fault.end :]
    wrong, right = (tokenizer.encode(selection.prefix + each + selection.suffix[:200]).ids for each in (text, mended))
    at = next(i for i, (one, other) in enumerate(zip(wrong, right, strict=False)) if one != other)
    return wrong[:at], right[at]


def _rank(encoder, before, token):
    log_p = LeftToRight(encoder).append([START, *before[-PREFIX:]])
    return int((log_p > log_p[token]).sum()) + 1
