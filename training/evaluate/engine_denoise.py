"""Denoises selections with the real engine."""

from training.evaluate.engine_fill import CLI, answers


def denoise(folder, selections, strength, steps, cli=CLI, asked=None):
    """Model folder (absolute), corrupted selections, share that may be redone, steps at most -> yields (id, {"text",
    "changes", "refused", "ms", "steps", "passes", "reason"?}) in their order; `asked` as in `fill`. Offsets of changes
    count characters, as Python does."""
    requests = (
        {
            "id": selection.id,
            "prefix": selection.prefix,
            "selection": selection.selection,
            "suffix": selection.suffix,
            "language": selection.language,
        }
        for selection in selections
    )
    texts = {selection.id: selection.selection for selection in selections}
    options = {"strength": strength, "steps": steps} | (asked or {})
    for name, answer in answers("denoise", folder, requests, options, cli):
        for kind in ("changes", "refused"):
            answer[kind] = [in_characters(change, texts[name]) for change in answer[kind]]
        yield name, answer


def in_characters(change, text):
    """A change whose offsets count UTF-16 units of a text -> the same with offsets that count characters"""
    units = text.encode("utf-16-le", "surrogatepass")
    return change | {
        end: len(units[: 2 * change[end]].decode("utf-16-le", "surrogatepass")) for end in ("start", "end")
    }
