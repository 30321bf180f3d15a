"""The language of the experiments: newline and printable ASCII, one token a character."""

import torch

ALPHABET = "\n" + "".join(map(chr, range(32, 127)))
SIZE = len(ALPHABET)  # 96
MASK = SIZE  # the absorbing state; autoregressive networks read it as the start of the text
_IDS = {character: number for number, character in enumerate(ALPHABET)}


def encode(text):
    """-> [length] int64; tabs count as four spaces. KeyError for a character outside the alphabet."""
    return torch.tensor([_IDS[character] for character in text.replace("\t", "    ")], dtype=torch.long)


def decode(ids):
    """[length] -> text; a mask is shown as ▒"""
    return "".join((ALPHABET + "▒")[number] for number in ids)


def writable(text):
    """Whether `encode` knows every character."""
    return all(character in _IDS or character == "\t" for character in set(text))
