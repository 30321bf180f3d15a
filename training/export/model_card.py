"""MODEL_CARD.md, filled from the records of the run that made the weights and from their evaluation."""

import json
from pathlib import Path
from string import Template

from training.model.architecture import EOM, MASK, START
from training.shared.provenance import deciding, model_provenance

TEMPLATE = Path(__file__).with_name("model_card.md.template")
COUNTS = {
    "steps": "steps",
    "windows": "windows",
    "holes": "holes",
    "masked tokens": "maskedTokens",
    "canvas rows": "canvasRows",
    "context tokens": "contextTokens",
}
HELD_OUT = {"held-out loss, nats": "loss"}
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
        encoder_parameters=millions(a.encoder_layers * layer),
        embedding_parameters=millions(a.vocabulary_size * a.hidden_size),
        denoiser_layers=len(a.denoiser_layers),
        denoiser_parameters=millions(len(a.denoiser_layers) * layer),
        layer_list=", ".join(map(str, a.denoiser_layers)),
        start=START,
        mask=MASK,
        eom=EOM,
        training=trained(record, "the encoder", COUNTS, HELD_OUT, _last_run),
        recommended=recommended_options(card["recommended"]),
        measured=measurements(results),
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
    for part in dict.fromkeys(file["part"] for file in manifest["weights"]["files"]):
        if measured["model"].get(f"{part}Sha256") != sums[f"{part}Sha256"]:
            raise ValueError(f"{path} is of another {part}: evaluate what was exported, then export again.")
    ours, theirs = deciding(manifest["recommended"]), deciding(measured["recommended"])
    changed = sorted(name for name in ours.keys() | theirs if ours.get(name) != theirs.get(name))
    if changed:
        raise ValueError(f"{path} was measured with other {', '.join(changed)} than the manifest recommends.")


def layer_parameters(a):
    """Numbers in one layer."""
    queries, keys = a.attention_heads * a.head_size, a.key_value_heads * a.head_size
    return a.hidden_size * (2 * queries + 2 * keys + 3 * a.feed_forward_size + 2)


def millions(count):
    return f"{count / 1e6:.0f} M" if count >= 1e6 else f"{count:,}"


def trained(record, origin, counts, held_out, last_run):
    """-> Markdown of a run and of those before it. `origin`: what the first one began from; `counts`, `held_out`:
    {title: entry of a record, or of its `heldOut`}; `last_run(configuration, data)` -> a sentence."""
    if not record:
        return NOT_RECORDED
    rows = []
    for run in [*record["previous"], record]:
        processes, found = run.get("processes", 1), run.get("heldOut")
        on = run.get("device", NOT_RECORDED)
        row = {"run": run["name"], "from": run["init"] or origin}
        row |= {title: f"{run[name]:,}" if name in run else NOT_RECORDED for title, name in counts.items()}
        row |= {"minutes": f"{run['minutes']:.0f}", "on": f"{processes} x {on}" if processes > 1 else on}
        row |= {title: f"{found[name]:.3f}" if found else NOT_MEASURED for title, name in held_out.items()}
        rows.append(row)
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(
        [*(f"| {' | '.join(line)} |" for line in lines), "", last_run(record["configuration"], record.get("data"))]
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


def recommended_options(options):
    """-> Markdown"""

    def told(entries):
        return ", ".join(f"`{name}` {json.dumps(value)}" for name, value in entries.items())

    lines = [f"- {told({name: value for name, value in options.items() if name != 'bySteps'})}"]
    for entry in options.get("bySteps", []):
        lines.append(f"- at most {entry['upTo']} steps: {told({n: v for n, v in entry.items() if n != 'upTo'})}")
    return "\n".join(lines)


def measurements(results):
    """The evaluation's own tables, their headings two levels further down: what steps bring, where that was measured,
    and how well holes are filled. `results` None: there are none."""
    if not results:
        return NOT_MEASURED
    path = Path(results, "table.md")
    if not path.is_file():
        raise FileNotFoundError(f"There is no evaluation in {results}: evaluate.py --out {results} writes one.")
    return "\n\n".join(_lowered(each) for each in (path.with_name("steps.md"), path) if each.is_file())


def _lowered(path):
    lines = path.read_text(encoding="utf-8").strip().split("\n")
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in lines)


def write_card(folder, text, results, manifest):
    """MODEL_CARD.md of an exported folder, unless `results` are of another one."""
    if results:
        try:
            refuse_other_results(results, manifest)
        except ValueError as error:
            raise SystemExit(f"{error} The model card is left as it was.") from None
    Path(folder, "MODEL_CARD.md").write_text(text, encoding="utf-8")
