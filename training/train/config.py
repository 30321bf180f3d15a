"""What a training run is: every choice that changes the resulting weights. A run's TOML file holds only what differs
from the defaults here, and why. Where it runs (device, processes, threads) is train.py's command line."""

import json
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

PRECISIONS = ("bf16", "fp32")


@dataclass(frozen=True)
class Canvas:
    """A size of canvas in tokens, how many holes of it are cut into a window, the share of the steps that use it."""

    size: int
    holes: int
    share: float


@dataclass(frozen=True)
class Config:
    why: str = ""  # what this run is meant to find out or to make

    # The denoiser: encoder layers that it starts from and whose keys and values it reads. None: those of the weights
    # that the run starts from, or the architecture's.
    layers: tuple[int, ...] | None = None

    # One example: a window of tokens with holes, the suffix of each hole, noisy copies of each canvas.
    window: int = 512
    suffix: int = 96
    canvases: tuple[Canvas, ...] = (Canvas(16, 16, 0.3), Canvas(32, 12, 0.4), Canvas(64, 6, 0.2), Canvas(96, 4, 0.1))
    copies: int = 3
    absorbed: int = 0  # of the copies: their context has absorbed some of the middle's first tokens, see loss.noise
    encoder_mix: float = (
        0.0  # row 0 is trained inside the mixture that decodes: weight of the encoder's log-probability
    )
    tail_weight: float = 0.1  # of each <eom> after the first: implied by it

    # One step: so many windows, over all processes; `micro` windows pass at a time.
    batch: int = 32
    micro: int = 32
    precision: str = "bf16"  # of the passes; master weights and optimiser are fp32

    # AdamW. The rate warms up over steps and falls along a cosine, over `steps` or over `minutes` of training.
    learning_rate: float = 6e-4
    final_rate: float = 0.05  # as a share of learning_rate
    warmup: int = 200  # steps
    weight_decay: float = 0.01  # of matrices; vectors have none
    beta1: float = 0.9
    beta2: float = 0.98
    clip: float = 1.0  # norm of the gradient
    ema: float = 0.999  # decay of the averaged weights, which are what is exported
    steps: int | None = None
    minutes: float | None = None

    # Share of the windows by group of languages (corpus.GROUPS); groups without text share among the others.
    mix: dict[str, float] = field(
        default_factory=lambda: {"typescript": 0.40, "javascript": 0.15, "python": 0.30, "prose": 0.08, "other": 0.07}
    )
    seed: int = 0

    log_every: int = 20  # steps
    held_out_every: int = 200  # steps
    held_out_windows: int = 48
    save_every: float = 120  # seconds

    @staticmethod
    def of(entries):
        """Plain values, as TOML and JSON have them"""
        if "canvases" in entries:
            entries = entries | {"canvases": tuple(Canvas(**c) for c in entries["canvases"])}
        if entries.get("layers") is not None:
            entries = entries | {"layers": tuple(entries["layers"])}
        return Config(**entries)

    def __post_init__(self):
        check_run(self)
        check_least(self, 1, "window", "suffix", "copies")
        if not self.canvases or any(c.size < 2 or c.holes < 1 or c.share <= 0 for c in self.canvases):
            raise ValueError("`canvases` needs sizes of 2 or more, at least one hole each, and shares above 0.")
        if not 0 <= self.absorbed < self.copies:
            raise ValueError(f"`absorbed` is {self.absorbed}; the {self.copies} copies are more than those.")
        if not 0 <= self.encoder_mix < 1:
            raise ValueError(f"`encoder_mix` is {self.encoder_mix}; it must be from 0 to below 1.")


def check_run(config):
    """What every kind of run has: its length, its steps, its precision. ValueError names what is wrong."""
    if (config.steps is None) == (config.minutes is None):
        raise ValueError("A run lasts either `steps` or `minutes`: give exactly one of them.")
    if config.precision not in PRECISIONS:
        raise ValueError(f"`precision` is {config.precision!r}; it can be {' or '.join(PRECISIONS)}.")
    check_least(config, 1, "batch", "micro", "warmup", "log_every", "held_out_every")
    if not 0 <= config.ema < 1:
        raise ValueError(f"`ema` is {config.ema}; it must be from 0 to below 1.")


def check_least(config, least, *names):
    for name in names:
        if getattr(config, name) < least:
            raise ValueError(f"`{name}` is {getattr(config, name)}; it must be at least {least}.")


def read_config(path, kind=Config):
    """TOML file -> Config, or what else `kind` is. An unknown or misspelt entry is an error that names it."""
    path = Path(path)
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There is no configuration {path}. Those of earlier runs are in training/configs."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from None
    return config_of(entries, str(path), kind)


def config_of(entries, source, kind=Config):
    """Plain values, as TOML and JSON have them -> Config; `source` is named in errors."""
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(entries) - known)
    if unknown:
        raise ValueError(f"{source}: there is no {', '.join(unknown)}. What there is: {', '.join(sorted(known))}.")
    try:
        return kind.of(entries)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{source}: {error}") from None


def plain(config):
    """Config -> what `config_of` reads, as JSON gives it back."""
    return json.loads(json.dumps(asdict(config)))
