"""What a run of the one network is: every choice that changes the resulting weights. A run's TOML file holds only what
differs from the defaults here, and why; these are of a datacentre GPU. Where it runs is train.py's command line."""

from dataclasses import dataclass, field

from training.model.one_network import TRUNK_POSITION
from training.train.config import check_least, check_run

WEIGHTS = ("all", "adapters")


@dataclass(frozen=True)
class CanvasSize:
    """Tokens of a canvas, and the share of the copies that have as many."""

    size: int
    share: float


@dataclass(frozen=True)
class Block:
    """The rows of one hole, and the share of the windows whose holes are of this kind. Where rows are packed, sizes
    whose sum is a multiple of 128 leave the fewest tiles of attention half empty."""

    share: float
    holes: int  # of a window, at most
    suffix: int  # rows: the suffix token and tokens
    middle: int  # causal rows: the last token before the hole, and the middle's
    canvases: tuple[CanvasSize, ...]
    copies: int  # of the canvas
    long: bool = False  # middles that mostly have several lines, see cuts.py

    @property
    def canvas(self):
        """Rows of a copy: the last token that stands, and the canvas."""
        return max(c.size for c in self.canvases) + 1

    @property
    def rows(self):
        return self.suffix + self.middle + self.copies * self.canvas


SHORT = Block(
    share=0.75,
    holes=20,
    suffix=56,
    middle=24,
    canvases=(CanvasSize(8, 0.2), CanvasSize(12, 0.2), CanvasSize(16, 0.3), CanvasSize(23, 0.3)),
    copies=2,
)
LONG = Block(
    share=0.25,
    holes=10,
    suffix=64,
    middle=96,
    canvases=(CanvasSize(16, 0.3), CanvasSize(31, 0.7)),
    copies=3,
    long=True,
)


@dataclass(frozen=True)
class NetworkConfig:
    why: str = ""  # what this run is meant to find out or to make

    # What is trained: all weights, or the base stays as it is and low-rank adapters of middle rows are.
    weights: str = "all"
    rank: int | None = None  # of the adapters

    # One window: rows of the trunk, and a block of rows for each hole.
    trunk: int = 768
    blocks: tuple[Block, ...] = (SHORT, LONG)
    predictions: int = 1024  # rows of a window whose token is predicted, at most
    named: float = 0.5  # share of the windows in which paths stand before the text of files
    snippets: float = 0.45  # share of the windows with pieces of other files of the package
    heads: float = 0.35  # share with the file's first lines, where it does not begin with them anyway

    # Weights of what is predicted, in nats a token: tokens written, <eom> among them; masked tokens of a canvas; the
    # next token of the trunk. `horizon`: of the error of the share of the middle that is still to be written.
    write_weight: float = 1.0
    canvas_weight: float = 0.5
    trunk_weight: float = 0.25
    trunk_predictions: int = 384  # rows of the trunk that predict, at most
    horizon_weight: float = 0.1
    tail: float = 0.1  # share of the <eom> after a canvas' first one that is looked at: implied by it

    # One step: so many windows, over all processes; `micro` windows pass at a time.
    batch: int = 32
    micro: int = 16
    precision: str = "bf16"  # of the passes; master weights and optimiser are fp32

    # AdamW. The rate warms up over steps, stays, and falls to `final_rate` in the last `decay` of `steps` or `minutes`.
    learning_rate: float = 5e-4
    final_rate: float = 0.02  # as a share of learning_rate
    warmup: int = 150  # steps
    decay: float = 0.5
    weight_decay: float = 0.05  # of matrices but the embedding
    beta1: float = 0.9
    beta2: float = 0.95
    clip: float = 1.0  # norm of the gradient
    ema: float = 0.0  # decay of the averaged weights, which are what is kept; 0: those of the last step are
    steps: int | None = None
    minutes: float | None = None  # of training: compiling does not count

    # Share of the windows by group of languages (corpus.GROUPS); groups without text share among the others.
    mix: dict[str, float] = field(
        default_factory=lambda: {"typescript": 0.40, "javascript": 0.13, "python": 0.32, "prose": 0.08, "other": 0.07}
    )
    seed: int = 0

    log_every: int = 20  # steps
    held_out_every: int = 400  # steps
    held_out_windows: int = 48
    save_every: float = 600  # seconds

    @property
    def rows(self):
        """Of a window, trunk and holes."""
        return self.trunk + max(block.holes * block.rows for block in self.blocks)

    @staticmethod
    def of(entries):
        """Plain values, as TOML and JSON have them"""
        if "blocks" in entries:
            entries = entries | {"blocks": tuple(_block(dict(each)) for each in entries["blocks"])}
        return NetworkConfig(**entries)

    def __post_init__(self):
        check_run(self)
        check_least(self, 32, "trunk")
        check_least(self, 1, "predictions", "held_out_windows")
        check_least(self, 0, "write_weight", "canvas_weight", "trunk_weight", "trunk_predictions", "horizon_weight")
        for name in ("named", "snippets", "heads", "tail", "decay", "final_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"`{name}` is {getattr(self, name)}; it must be from 0 to 1.")
        self._check_weights()
        self._check_blocks()

    def _check_weights(self):
        if self.weights not in WEIGHTS:
            raise ValueError(f"`weights` is {self.weights!r}; it can be {' or '.join(WEIGHTS)}.")
        if (self.weights == "adapters") != (self.rank is not None):
            raise ValueError('`rank` is that of adapters: give it where `weights` is "adapters", and only there.')
        if self.weights == "adapters":
            check_least(self, 1, "rank")
            for name in ("trunk_weight", "horizon_weight"):
                if getattr(self, name):
                    raise ValueError(f'`{name}` must be 0 where `weights` is "adapters": nothing of it is trained.')

    def _check_blocks(self):
        if not self.blocks:
            raise ValueError("`blocks` is empty; a window needs holes.")
        for block in self.blocks:
            check_least(block, 1, "holes", "copies")
            check_least(block, 2, "suffix", "middle")
            if block.suffix > TRUNK_POSITION:
                raise ValueError(f"`suffix` is {block.suffix}; at position {TRUNK_POSITION} the trunk begins.")
            if block.share <= 0:
                raise ValueError(f"`share` is {block.share}; it must be above 0.")
            if not block.canvases or any(c.size < 1 or c.share <= 0 for c in block.canvases):
                raise ValueError("`canvases` needs sizes of 1 or more and shares above 0.")


def _block(entries):
    return Block(**entries | {"canvases": tuple(CanvasSize(**c) for c in entries.get("canvases", ()))})
