"""A window as rows of the network, whatever passes them: who they are, what they see, and what they predict."""

import torch

from training.model.architecture import EOM, FILENAME
from training.model.one_network import TRUNK_POSITION
from training.model.who_sees_whom import CANVAS, CAUSAL, PAD, SUFFIX_ROW, TRUNK
from training.one_network.noise import canvas_copies

SEEN_BY = ("kind", "hole", "index", "trunk_limit", "causal_limit")  # what `sees` asks of a row
WRITE, DENOISE, READ, NOTHING = range(4)  # streams: what a prediction is of
PREDICTED = {"row": 0, "target": 0, "weight": 0.0, "horizon": -1.0, "stream": NOTHING}  # and what fills them up


def lay_out(window, config, rng):
    """-> tensors of `config.rows` rows: ids, positions, and SEEN_BY; the trunk first, then a block of rows for each
    hole: suffix, causal rows, copies of its canvas. And of `config.predictions` predictions: PREDICTED, the row, the
    token it predicts, the loss's weight, the share of the middle that is still to come (-1: not asked), and the
    stream."""
    rows = _Rows(config.rows)
    size = len(window.trunk)
    rows.put(0, window.trunk, TRUNK_POSITION, TRUNK, 0, range(1, size + 1), 0)
    predictions = []
    for number, hole in enumerate(window.holes):
        at = config.trunk + number * window.block.rows
        predictions += _hole(rows, at, window, number, hole, config, rng)
    rng.shuffle(predictions)
    predictions = predictions[: config.predictions]
    predictions += _read(window.trunk, config, rng, config.predictions - len(predictions))
    predictions += [tuple(PREDICTED.values())] * (config.predictions - len(predictions))
    columns = dict(zip(PREDICTED, zip(*predictions, strict=True), strict=True))
    dtypes = {name: torch.float32 if isinstance(fill, float) else torch.int32 for name, fill in PREDICTED.items()}
    return rows.tensors | {name: torch.tensor(column, dtype=dtypes[name]) for name, column in columns.items()}


class _Rows:
    def __init__(self, size):
        """Padding sees the trunk's first row: a row that sees nothing has no attention."""
        self.tensors = {name: torch.zeros(size, dtype=torch.int32) for name in ("ids", "positions", *SEEN_BY)}
        self.tensors["kind"].fill_(PAD)
        self.tensors["trunk_limit"].fill_(1)

    def put(self, at, ids, position, kind, hole, trunk_limit, causal_limit):
        """Rows beside each other from row `at` and position `position` on."""
        here = slice(at, at + len(ids))
        places = torch.arange(len(ids), dtype=torch.int32)
        for name, value in (
            ("ids", torch.tensor(ids, dtype=torch.int32)),
            ("positions", position + places),
            ("kind", kind),
            ("hole", hole),
            ("index", places),
            ("trunk_limit", _limit(trunk_limit)),
            ("causal_limit", _limit(causal_limit)),
        ):
            self.tensors[name][here] = value


def _limit(value):
    return torch.tensor(value, dtype=torch.int32) if isinstance(value, range) else value


def _hole(rows, at, window, number, hole, config, rng):
    """Puts the rows of a hole -> its predictions."""
    block, middle, size = window.block, hole.middle, len(hole.middle)
    last, before = window.trunk[hole.cut - 1], hole.cut - 1  # row 0 takes the place of the trunk's last token
    position = TRUNK_POSITION + before
    rows.put(at, hole.suffix, 0, SUFFIX_ROW, number + 1, 0, 0)
    at += block.suffix
    rows.put(at, [last, *middle], position, CAUSAL, number + 1, before, range(1, size + 2))
    predictions = [
        (at + i, token, config.write_weight, (size - i) / max(size, 1), WRITE) for i, token in enumerate([*middle, EOM])
    ]
    at += block.middle
    for k, copy in enumerate(canvas_copies(middle, block, rng)):
        stands = middle[copy.behind - 1] if copy.behind else last
        rows.put(at, [stands, *copy.shown], position + copy.behind, CANVAS + k, number + 1, before, copy.behind)
        predictions += [
            (at + i, token, config.canvas_weight, -1.0, DENOISE)
            for i, token in enumerate(copy.tokens)
            if copy.masked[i] and (copy.behind + i <= size or rng.random() < config.tail)
        ]
        at += block.canvas
    return predictions


def _read(trunk, config, rng, room):
    """Predictions of some of the trunk's tokens; none of the token that says that a file follows."""
    if not config.trunk_weight:
        return []
    places = [i for i in range(len(trunk) - 1) if trunk[i + 1] != FILENAME]
    chosen = rng.sample(places, min(len(places), config.trunk_predictions, room))
    return [(i, trunk[i + 1], config.trunk_weight, -1.0, READ) for i in chosen]
