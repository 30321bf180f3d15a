"""MODEL_CARD.md of the one network, filled as model_card.py fills the other's."""

from pathlib import Path
from string import Template

from training.export.model_card import layer_parameters, measurements, millions, recommended_options, trained
from training.model.architecture import EOM, MASK, START, SUFFIX

TEMPLATE = Path(__file__).with_name("network_card.md.template")
COUNTS = {
    "steps": "steps",
    "windows": "windows",
    "holes": "holes",
    "tokens written": "writtenTokens",
    "canvas tokens": "canvasTokens",
}
HELD_OUT = {"held-out nats, written": "write", "held-out nats, canvas": "canvas"}
ALL = "All of its weights were trained from there."
ADAPTED = (
    "They stay as they are for prefix and suffix. For the middle, low-rank adapters of rank {rank} stand beside every"
    " projection of every layer ({parameters} parameters, LoRA, arXiv 2106.09685); they and the rows of the control"
    " tokens are all that was trained."
)


def network_card(card, architecture, record=None, results=None):
    """-> Markdown; arguments as `model_card` takes them."""
    a = architecture
    how = ALL
    if a.adapter_rank:
        size = a.layers * sum(a.adapter_rank * sum(width) for width in a.widths().values())
        how = ADAPTED.format(rank=a.adapter_rank, parameters=millions(size))
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=card["name"],
        version=card["version"],
        layers=a.layers,
        hidden_size=a.hidden_size,
        parameters=millions(a.layers * layer_parameters(a)),
        embedding_parameters=millions(a.vocabulary_size * a.hidden_size),
        how=how,
        trunk_position=a.trunk_position,
        start=START,
        suffix_token=SUFFIX,
        mask=MASK,
        eom=EOM,
        training=trained(record, "the base model", COUNTS, HELD_OUT, _last_run),
        recommended=recommended_options(card["recommended"]),
        measured=measurements(results),
        **card["limits"],
    )


def _last_run(configuration, data):
    """What is recorded of it."""
    said = []
    if "blocks" in configuration:
        blocks = (
            f"{block['holes']} holes ({block['share']:.0%} of the windows; suffixes of up to {block['suffix'] - 1}"
            f" tokens, middles of up to {block['middle'] - 1}, {block['copies']} noisy canvases of each)"
            for block in configuration["blocks"]
        )
        said.append(
            f"The last run: windows of {configuration['trunk']} tokens and at most {' or '.join(blocks)},"
            f" {configuration['batch']} windows a step, AdamW at {configuration['learning_rate']:g}."
        )
    if data:
        said.append(f"Its text: {data['documents']:,} files, {data['megabytes']:,.0f} MB.")
    return " ".join(said)
