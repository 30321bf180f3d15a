"""Byte-level BPE as SmolLM2 splits it, without added tokens: document text can never become a control token."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers


def byte_level_bpe(vocabulary, merges):
    """vocabulary {token: id}, merges [(left, right)] in order of priority -> Tokenizer. Digits stand alone."""
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer
