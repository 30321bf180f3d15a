"""Canvases as they are met while they are denoised: behind some written tokens, partly masked."""

from dataclasses import dataclass, replace

from training.model.architecture import EOM, MASK

# The first copy is mostly the draft that a fill begins with: right at the hole, all masks.
FIRST_AT_HOLE, OTHER_AT_HOLE = 0.7, 0.4
FIRST_ALL_MASKED = 0.5
FIRST_LEVELS, OTHER_LEVELS = (0.3, 1.0), (0.1, 1.0)  # share of the tokens that is masked, drawn from these
COMPLEMENTS = 0.5  # share of the second copies that mask what the first one shows (Fast-dLLM v2, arXiv 2509.26328)
SLOPED, SLOPE = 0.5, 0.8  # share of the copies whose later tokens are masked more often, and how much more


@dataclass(frozen=True)
class Copy:
    behind: int  # tokens of the middle that are written before it
    tokens: list[int]  # what is to come out; past the middle's end all are <eom>
    masked: list[bool]

    @property
    def shown(self):
        return [MASK if masked else token for token, masked in zip(self.tokens, self.masked, strict=True)]


def canvas_copies(middle, block, rng):
    """-> [Copy], as many as a config.Block has"""
    made = []
    for number in range(block.copies):
        if number == 1 and rng.random() < COMPLEMENTS and not all(made[0].masked):
            made.append(replace(made[0], masked=[not masked for masked in made[0].masked]))
        else:
            made.append(_copy(middle, block, number == 0, rng))
    return made


def _copy(middle, block, first, rng):
    size = rng.choices(block.canvases, [c.share for c in block.canvases])[0].size
    at_hole = rng.random() < (FIRST_AT_HOLE if first else OTHER_AT_HOLE)
    behind = 0 if at_hole or not middle else rng.randint(1, len(middle))
    tokens = [*middle[behind:], *[EOM] * size][:size]
    if first and rng.random() < FIRST_ALL_MASKED:
        return Copy(behind, tokens, [True] * size)
    level = rng.uniform(*(FIRST_LEVELS if first else OTHER_LEVELS))
    slope = SLOPE if rng.random() < SLOPED else 0.0
    chances = (level * (1 - slope / 2 + slope * i / max(1, size - 1)) for i in range(size))
    return Copy(behind, tokens, [rng.random() < chance for chance in chances])
