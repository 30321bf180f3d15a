"""How the time of one lease of a GPU is spent: packs first, then rounds of training, each in a command of its own. The
seconds are measured ones, on an H200 with sixteen cores; README.md says of what."""

import math
from dataclasses import dataclass

PLAN = "plan.json"  # what prepare.py lays down for commands.py, beside the packs

LONGEST = 600  # seconds of a command
STARTING = 70  # until the machine takes its first command
BRINGING = 12  # one pack, and between one command and the next
UNPACKING = 25  # joined, verified, modules tried
SPARE = 25
FIRST = 135  # of the first round, until the first step: text, compiling; ten to spare, as in the next line
LATER = 35  # of any other round
ENDING = 55  # of every round: measured and kept, weights rounded and packed
SHORTEST = 150  # seconds of a round that is worth its start
PACK_LIMIT, LAST_PACK_LIMIT = 60, 120


@dataclass(frozen=True)
class Round:
    limit: int  # seconds of its command
    deadline: int  # seconds of its training process, after which it keeps what there is and ends
    training: int  # seconds of training that are counted on


def rounds_of(lease, packs):
    """Seconds of the lease, how many packs -> [Round]. ValueError where the time is too short for any."""
    left = lease - STARTING - BRINGING * packs - UNPACKING - SPARE
    rounds = []
    while left >= SHORTEST + (0 if rounds else FIRST - LATER):
        limit = min(LONGEST, math.floor(left))
        before = LATER if rounds else FIRST
        rounds.append(Round(limit, limit - ENDING, limit - ENDING - before))
        left -= limit + BRINGING
    if not rounds:
        raise ValueError(
            f"{lease / 60:.0f} minutes are too short: {packs} packs and the first step alone take"
            f" {(lease - left + FIRST + ENDING) / 60:.0f}."
        )
    return rounds


def minutes_of(rounds):
    """Of training, all rounds together: over these the learning rate falls."""
    return round(sum(each.training for each in rounds) / 60, 2)
