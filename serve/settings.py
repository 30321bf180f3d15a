"""All that can be set about the application, besides what Ray Serve itself has settings for (infill.yaml has both)."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

TOKEN = "INFILL_SERVER_TOKEN"
"""Of the environment, as `infill serve` reads it. It is in no file, and passes through no log."""


class Settings(BaseModel):
    """The `args` of the application."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: str = str(Path(__file__).parents[1])
    """Where `command` is run: an unpacked Infill, on each node at the same place."""
    command: tuple[str, ...] = ("node", "dist/cli.cjs")
    model: str = ""
    """A name or a folder, as `infill serve --model` takes it; '' = what that takes by itself."""
    device: str = ""
    """As `infill serve --device`; '' = what that takes by itself."""
    threads: int = Field(default=0, ge=0)
    """For one replica; 0 = as many as there are cores. Ask Ray for as many with `num_cpus`."""
    context_memory_mb: int = Field(default=256, ge=1)
    """For the contexts of the documents of one replica."""
    behind_proxy: bool = False
    """Whether something in front of Ray Serve says last in X-Forwarded-For who asks."""
    body_bytes: int = Field(default=4 * 1024 * 1024, ge=1)
    """Of one request; `infill serve` takes no more either."""
    bodies_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    """Of all requests together that one replica of the front holds."""
    starts_within_s: float = Field(default=120, gt=0)
    ends_within_s: float = Field(default=10, gt=0)
    """What a process is given to finish what it computes; then it is killed."""
    retries_within_s: float = Field(default=30, gt=0)
    """How long a request is tried again of which nothing was answered, since replicas had lost their process."""
    answers_within_s: float = Field(default=150, gt=0)
    """How long an answer may take to begin; more than `infill serve` lets a request wait."""


def has_token() -> bool:
    """Whether requests have to say a token. Without one, only this machine is answered."""
    return os.environ.get(TOKEN, "").strip() != ""
