"""Answers to held-out holes -> what they are worth, by group of languages, kind of hole and setting."""

from collections import Counter
from statistics import mean, median

from training.evaluate.confidence_calibration import confidence_calibration
from training.evaluate.fill_scores import MEASURES, scores_of
from training.evaluate.intervals import bootstrap, wilson

# Kinds that are selections over all kinds but `nothing`, whose right answer is no text at all.
ALL, WITH_SUFFIX, IN_LINE = "all", "with a suffix", "suffix in the line"
# Settings that are no numbers of steps: the encoder's left-to-right completion, and that cut before the suffix.
BASELINE, BASELINE_CUT = "AR", "AR cut"


def evaluation_rows(holes, answers):
    """[HeldOutHole], {setting: {id: {"text", "ms"?, "steps"?, "reason"?}}} -> [{"group", "kind", "setting", "count",
    *MEASURES: mean, "exactInterval", "similarityInterval", "characters": mean length of the answer,
    "charactersMissing": of the middle, "ms": median, "msMean", "steps", "reasons"}].

    Every hole weighs the same. Group and kind may be ALL; the first rows are all groups'."""
    selections = [(ALL, kind) for kind in (ALL, WITH_SUFFIX, IN_LINE)]
    selections += [(group, ALL) for group in dict.fromkeys(h.group for h in holes)]
    selections += [(ALL, kind) for kind in dict.fromkeys(h.kind for h in holes)]
    selections += list(dict.fromkeys((h.group, h.kind) for h in holes))
    rows = []
    for setting, by_id in answers.items():
        scored = [(hole, scores_of(hole.middle, by_id[hole.id]["text"]), by_id[hole.id]) for hole in holes]
        for group, kind in selections:
            chosen = [(hole, scores, answer) for hole, scores, answer in scored if _belongs(hole, group, kind)]
            if chosen:
                rows.append({"group": group, "kind": kind, "setting": setting} | _row(chosen))
    return rows


def _belongs(hole, group, kind):
    if group not in (ALL, hole.group):
        return False
    if kind not in (ALL, WITH_SUFFIX, IN_LINE):
        return hole.kind == kind
    line = hole.suffix.split("\n", 1)[0]
    return hole.kind != "nothing" and (kind == ALL or bool((hole.suffix if kind == WITH_SUFFIX else line).strip()))


def _row(chosen):
    count = len(chosen)
    values = {name: [scores[name] for _, scores, _ in chosen] for name in MEASURES}
    row = {"count": count} | {name: sum(each) / count for name, each in values.items()}
    row["exactInterval"] = wilson(row["exact"], count)
    row["similarityInterval"] = bootstrap(values["similarity"])
    row["characters"] = mean(len(answer["text"]) for _, _, answer in chosen)
    row["charactersMissing"] = mean(len(hole.middle) for hole, _, _ in chosen)
    numbers = {name: [answer[name] for _, _, answer in chosen if name in answer] for name in ("ms", "steps")}
    row["ms"] = median(numbers["ms"]) if numbers["ms"] else None
    row["msMean"] = mean(numbers["ms"]) if numbers["ms"] else None
    row["steps"] = mean(numbers["steps"]) if numbers["steps"] else None
    row["reasons"] = dict(sorted(Counter(answer["reason"] for _, _, answer in chosen if answer.get("reason")).items()))
    return row


def confidence_tables(holes, by_id):
    """{"exact": `confidence_calibration` of the answers against exact matches, "beginsRight": against texts that begin
    right}, over answered holes that are not of the kind `nothing`."""
    answered = [
        (by_id[hole.id]["confidence"], scores_of(hole.middle, by_id[hole.id]["text"]))
        for hole in holes
        if hole.kind != "nothing" and by_id[hole.id]["text"].strip()
    ]
    return {
        name: confidence_calibration([(confidence, scores[name]) for confidence, scores in answered])
        for name in ("exact", "beginsRight")
    }
