"""When an editor asks while somebody types: gaps between keys as recorded, and the extension's own wait for a pause."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GAPS = Path(__file__).with_name("typing_gaps.json")

# As src/extension/suggest/adaptiveDelay.ts.
LONGEST_KEY_INTERVAL_MS, SHORTEST_KEY_INTERVAL_MS = 400, 100
SHORTEST_DELAY_MS, LONGEST_DELAY_MS = 100, 1000
PAUSE_INSIDE_WORD, PAUSE_AT_BEST_PLACE = 3, 1.5
WELCOME_INSIDE_WORD, WELCOME_AFTER_WORD = 0.4, 0.9
"""At the end of a line, where most is typed."""

BEGAN_S = 300
KEYS_OF_A_WORD = 6
KEYS_OF_A_LINE = 40


class Quantiles:
    """A distribution known by some quantiles, with straight lines between them and nothing beyond the last."""

    def __init__(self, known: dict[str, float]) -> None:
        self._points = sorted((float(share), value) for share, value in known.items())

    def draw(self, drawn: random.Random) -> float:
        share = drawn.random()
        (low, value) = self._points[0]
        for high, above in self._points:
            if share <= high:
                return value if high == low else value + (above - value) * (share - low) / (high - low)
            low, value = high, above
        return value


@dataclass(frozen=True)
class Ask:
    """A request, and until when its answer is wanted: the next request. Seconds."""

    at: float
    until: float


@dataclass(frozen=True)
class Typing:
    """Recorded gaps."""

    median_ms: Quantiles
    of_median: Quantiles

    @classmethod
    def recorded(cls) -> "Typing":
        known = json.loads(GAPS.read_text(encoding="utf-8"))
        return cls(Quantiles(known["median_ms"]), Quantiles(known["of_median"]))

    def asks(self, drawn: random.Random, until_s: float, share: float, answer_ms: float) -> Iterator[Ask]:
        """What the editor of one person asks within so many seconds.

        share: of the time that is typed, 0..1; the rest lies between lines, where people read and think.
        answer_ms: what an answer takes, as the extension has measured it; it waits for a pause only as much longer.
        """
        median = self.median_ms.draw(drawn)
        interval = min(max(median, SHORTEST_KEY_INTERVAL_MS), LONGEST_KEY_INTERVAL_MS)
        # They did not begin all at once: by then each is somewhere between two lines, or in one.
        now = -BEGAN_S - drawn.uniform(0, BEGAN_S)
        line_s = 0.0
        asked: float | None = None
        for key in range(1, 10**9):
            gap = median * self.of_median.draw(drawn) / 1000
            line_s += gap
            if key % KEYS_OF_A_LINE == 0:
                gap += drawn.expovariate(1) * line_s * (1 / share - 1)
                line_s = 0.0
            delay = delay_ms(interval, key % KEYS_OF_A_WORD == 0, answer_ms) / 1000
            if gap > delay:
                if asked is not None and asked >= 0:
                    yield Ask(asked, now + delay)
                asked = now + delay
            now += gap
            if now > until_s:
                return


def delay_ms(interval: float, is_after_word: bool, answer_ms: float) -> float:
    """Milliseconds of silence before a request is sent."""
    welcome = WELCOME_AFTER_WORD if is_after_word else WELCOME_INSIDE_WORD
    pause = interval * (PAUSE_INSIDE_WORD - (PAUSE_INSIDE_WORD - PAUSE_AT_BEST_PLACE) * welcome)
    return min(max(pause - answer_ms, SHORTEST_DELAY_MS), LONGEST_DELAY_MS)
