"""People who type, each in a document of their own, at one address."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from serve.rig.root import ROOT

PAUSE_S = 1.0
"""Between an answer and the next question, on average: keys come faster, but an editor asks after a pause."""

SMALL = {"steps": 2, "maxTokens": 8}
"""Little to compute."""


@dataclass
class Answer:
    """One question and what came of it."""

    sent: float
    took: float
    status: int
    body: dict[str, Any]
    asked: dict[str, Any]

    @property
    def received(self) -> float:
        return self.sent + self.took

    @property
    def said(self) -> dict[str, Any]:
        """But for what it took, and what was read for it."""
        return {name: value for name, value in self.body.items() if name != "report"}


@dataclass
class Typist:
    """Asks one question at a time over one connection that stays open."""

    name: str
    text: str
    at: int
    drawn: random.Random
    session: aiohttp.ClientSession
    url: str
    pause_s: float
    options: dict[str, Any]
    answers: list[Answer] = field(default_factory=list)

    async def type(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await asyncio.sleep(self.drawn.uniform(0.2, 1.8) * self.pause_s)
            self.at = self.at + 1 if self.at < len(self.text) else len(self.text) // 2
            self.answers.append(await self.ask())

    async def ask(self, asked: dict[str, Any] | None = None) -> Answer:
        """What it would ask where it is, or something else."""
        asked = asked or self.question()
        sent = time.monotonic()
        async with self.session.post(
            f"{self.url}/infill/v1/fill", json=asked, headers={"x-infill-client": self.name}
        ) as answer:
            body = await answer.json()
            return Answer(sent, time.monotonic() - sent, answer.status, body, asked)

    def question(self) -> dict[str, Any]:
        context = {
            "prefix": self.text[: self.at],
            "prefixOffset": 0,
            "suffix": self.text[self.at : self.at + 400],
            "languageId": "typescript",
            "eol": "\n",
            "indentUnit": "  ",
        }
        return {"context": context, "options": {**self.options, "seed": self.drawn.randrange(2**31)}}


def documents() -> list[str]:
    """Texts that are long enough to type in."""
    files = sorted(Path(ROOT / "src" / "engine").rglob("*.ts"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    return [text for text in texts if len(text) > 2500]


def typists(count: int, url: str, seed: int, pause_s: float = PAUSE_S, options: dict[str, Any] = SMALL) -> list[Typist]:
    """Their sessions are to be closed. options: of each request."""
    drawn = random.Random(seed)
    texts = drawn.sample(documents(), count)
    return [
        Typist(
            f"typist {number}",
            text,
            drawn.randrange(len(text) // 3, len(text) // 2),
            random.Random(drawn.random()),
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1), timeout=aiohttp.ClientTimeout(total=60)),
            url,
            pause_s,
            options,
        )
        for number, text in enumerate(texts)
    ]


def p95(answers: list[Answer]) -> float:
    """Seconds."""
    took = sorted(answer.took for answer in answers)
    return took[min(len(took) - 1, int(0.95 * len(took)))]
