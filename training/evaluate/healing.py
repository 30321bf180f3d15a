"""Where the context ends: a twin of src/engine/infill/context/healing.ts, so that the baseline starts as well as the engine."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from training.model.architecture import CONTROL_TOKENS

MOST_TOKENS, MOST_CHARACTERS = 3, 64
# The last word, digit or run of punctuation. The engine's \p{L} and \p{N}: Python's letters and decimal digits.
_LAST_RUN = re.compile(r"(?: ?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+)$")


@dataclass(frozen=True)
class HealedPrefix:
    ids: list[int]  # the context, without START
    allowed: list[int] | None  # what the first token may be: it starts with `healed`; None: anything
    healed: str  # text before the cursor that is written again, and not part of the answer


class Healing:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        # In the byte-level alphabet one character is one byte, so that whole bytes are compared.
        vocabulary = tokenizer.get_vocab().items()
        self.spellings = sorted((text, token) for text, token in vocabulary if token >= CONTROL_TOKENS)

    def heal(self, prefix):
        """Text before the cursor -> HealedPrefix. After whitespace its last character goes back, after anything else as
        many tokens of the last run (three at most) as some longer token starts with."""
        encoded = self.tokenizer.encode(prefix)
        best = HealedPrefix(encoded.ids, None, "")
        if prefix[-1:].isspace():
            allowed = self._longer("".join(self.tokenizer.encode(prefix[-1]).tokens))
            return HealedPrefix(self.tokenizer.encode(prefix[:-1]).ids, allowed, prefix[-1]) if allowed else best
        run = _LAST_RUN.search(prefix[-MOST_CHARACTERS:])
        run_bytes = len(run.group().encode()) if run else 0
        for count in range(1, min(MOST_TOKENS, len(encoded.ids)) + 1):
            spelling = "".join(encoded.tokens[-count:])
            if count > 1 and len(spelling) > run_bytes:
                break
            allowed = self._longer(spelling)
            if allowed:
                best = HealedPrefix(encoded.ids[:-count], allowed, self.tokenizer.decode(encoded.ids[-count:]))
        return best

    def _longer(self, spelling):
        """The ids that start with it, if one says more than that: else handing it back gains nothing."""
        at = bisect_left(self.spellings, (spelling, 0))
        found = []
        while at < len(self.spellings) and self.spellings[at][0].startswith(spelling):
            found.append(self.spellings[at])
            at += 1
        return sorted(token for _, token in found) if any(text != spelling for text, _ in found) else None
