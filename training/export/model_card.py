"""MODEL_CARD.md, filled from the records of the run that made the weights and from their evaluation."""

import json
from pathlib import Path
from string import Template

from training.model.architecture import EOM, MASK, START
from training.shared.provenance import model_provenance

TEMPLATE = Path(__file__).with_name("model_card.md.template")
COUNTS = {
    "steps": "steps",
    "windows": "windows",
    "holes": "holes",
    "masked tokens": "maskedTokens",
    "canvas rows": "canvasRows",
    "context tokens": "contextTokens",
}
NOT_RECORDED = "Not recorded."
NOT_MEASURED = "Not measured."


def model_card(card, architecture, record=None, results=None):
    """-> Markdown. What there is no record of is said to be missing, never guessed.

    `card`: the manifest's descriptive entries; `record`: a run's record.json; `results`: folder that evaluate.py
    wrote."""
    a = architecture
    layer = layer_parameters(a)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=card["name"],
        version=card["version"],
        encoder_layers=a.encoder_layers,
        hidden_size=a.hidden_size,
        encoder_parameters=_millions(a.encoder_layers * layer),
        embedding_parameters=_millions(a.vocabulary_size * a.hidden_size),
        denoiser_layers=len(a.denoiser_layers),
        denoiser_parameters=_millions(len(a.denoiser_layers) * layer),
        layer_list=", ".join(map(str, a.denoiser_layers)),
        start=START,
        mask=MASK,
        eom=EOM,
        training=_training(record) if record else NOT_RECORDED,
        recommended=_recommended(card["recommended"]),
        measured=_measured(results) if results else NOT_MEASURED,
        **card["limits"],
    )


def refuse_other_results(results, manifest):
    """ValueError where an evaluation is of other weights or options than the manifest's: its figures would be claimed
    for what nobody measured."""
    path = Path(results, "table.json")
    if not path.is_file():
        raise ValueError(f"There is no {path}, so nobody knows which weights were measured: evaluate.py writes it.")
    measured = json.loads(path.read_text(encoding="utf-8"))
    sums = model_provenance(manifest)
    for part in ("encoder", "denoiser"):
        if measured["model"][f"{part}Sha256"] != sums[f"{part}Sha256"]:
            raise ValueError(f"{path} is of another {part}: evaluate what was exported, then export again.")
    ours, theirs = manifest["recommended"], measured["recommended"]
    changed = sorted(name for name in ours.keys() | theirs if ours.get(name) != theirs.get(name))
    if changed:
        raise ValueError(f"{path} was measured with other {', '.join(changed)} than the manifest recommends.")


def layer_parameters(a):
    """Numbers in one layer."""
    queries, keys = a.attention_heads * a.head_size, a.key_value_heads * a.head_size
    return a.hidden_size * (2 * queries + 2 * keys + 3 * a.feed_forward_size + 2)


def _millions(count):
    return f"{count / 1e6:.0f} M" if count >= 1e6 else f"{count:,}"


def _training(record):
    columns = {name: [] for name in ("run", "from", *COUNTS, "minutes", "on", "held-out loss, nats")}
    for run in [*record["previous"], record]:
        columns["run"].append(run["name"])
        columns["from"].append(run["init"] or "the encoder")
        for title, name in COUNTS.items():
            columns[title].append(f"{run[name]:,}")
        columns["minutes"].append(f"{run['minutes']:.0f}")
        columns["on"].append((f"{run['processes']} x " if run["processes"] > 1 else "") + run["device"])
        columns["held-out loss, nats"].append(f"{run['heldOut']['loss']:.3f}" if run["heldOut"] else NOT_MEASURED)
    rows = [tuple(columns), ("---",) * len(columns), *zip(*columns.values(), strict=True)]
    return "\n".join(
        [*(f"| {' | '.join(row)} |" for row in rows), "", _last_run(record["configuration"], record["data"])]
    )


def _last_run(configuration, data):
    c = configuration
    absorbed, mix = c.get("absorbed", 0), c.get("encoder_mix", 0)  # older records have neither
    how = f" ({absorbed} of them in a context that has absorbed first tokens)" if absorbed else ""
    how += f", row 0 mixed with the encoder's at {mix:g}" if mix else ""
    canvases = ", ".join(f"{each['size']} ({each['share']:.0%})" for each in c["canvases"])
    return (
        f"The last run: windows of {c['window']} tokens, suffixes of up to {c['suffix']}, canvases of {canvases},"
        f" {c['copies']} noisy copies of each hole{how}, {c['batch']} windows a step, AdamW at {c['learning_rate']:g},"
        f" averaged weights (decay {c['ema']}). Its text: {data['documents']:,} files, {data['megabytes']:,.0f} MB."
    )


def _recommended(options):
    def told(entries):
        return ", ".join(f"`{name}` {json.dumps(value)}" for name, value in entries.items())

    lines = [f"- {told({name: value for name, value in options.items() if name != 'bySteps'})}"]
    for entry in options.get("bySteps", []):
        lines.append(f"- at most {entry['upTo']} steps: {told({n: v for n, v in entry.items() if n != 'upTo'})}")
    return "\n".join(lines)


def _measured(results):
    """The evaluation's own table, its headings two levels further down."""
    path = Path(results, "table.md")
    if not path.is_file():
        raise FileNotFoundError(f"There is no evaluation in {results}: evaluate.py --out {results} writes one.")
    lines = path.read_text(encoding="utf-8").strip().split("\n")
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in lines)
