"""What answers to corrupted selections are worth, by how they were asked for."""

from statistics import mean, median

from training.evaluate.corruptions import KINDS
from training.evaluate.intervals import wilson
from training.evaluate.mended import mended
from training.evaluate.parses import LANGUAGES, parse_results

RANKED = 2  # the encoder's first choices, among which the right token is expected to be found


def denoise_row(selections, answers, ranks):
    """`answers`: {id: {"text", "changes", "refused"?, "ms"?}}; `ranks`: {id: for each fault the encoder's rank of the
    right token, or None} -> shares as {"count", "share", "interval"}, share None of nothing:

    removed      of all faults those in whose place exactly the right text stands now, `kinds` by kind
    otherwise    of all faults those in whose place other wrong text stands now
    token        removed, of faults of one token; `ranked`: of those whose right token is among the first RANKED
    alone        of clean selections those of which nothing was changed
    elsewhere    of selections with faults those of which something was changed that is no fault
    right        of all changes in selections with faults those that removed one and did nothing else
    broken       of texts that parsed before those that do not now, `languages` by language"""
    judged = [(s, mended(s.selection, s.faults, answers[s.id]["changes"])) for s in selections]
    faulty = [(s, result) for s, result in judged if s.faults]
    faults = [
        (fault, removed, otherwise, rank)
        for s, result in faulty
        for fault, removed, otherwise, rank in zip(s.faults, result.removed, result.otherwise, ranks[s.id], strict=True)
    ]
    changes = sum(result.changes for _, result in faulty)
    broken = broken_texts(selections, answers)
    times = [answers[s.id]["ms"] for s in selections if "ms" in answers[s.id]]
    return {
        "removed": _share(removed for _, removed, _, _ in faults),
        "kinds": {kind: _share(removed for f, removed, _, _ in faults if f.kind == kind) for kind in KINDS},
        "otherwise": _share(otherwise for _, _, otherwise, _ in faults),
        "token": _share(removed for f, removed, _, _ in faults if f.token),
        "ranked": _share(removed for f, removed, _, rank in faults if f.token and rank is not None and rank <= RANKED),
        "alone": _share(answers[s.id]["text"] == s.selection for s in selections if not s.faults),
        "elsewhere": _share(result.elsewhere for _, result in faulty),
        "right": _of(sum(result.right for _, result in faulty), changes),
        "broken": _share(is_broken for _, is_broken in broken),
        "languages": {
            name: _share(is_broken for language, is_broken in broken if LANGUAGES[language] == name)
            for name in dict.fromkeys(LANGUAGES.values())
        },
        "changes": mean(result.changes for _, result in judged),
        "refused": mean(len(answers[s.id].get("refused", [])) for s in selections),
        "ms": median(times) if times else None,
    }


def broken_texts(selections, answers):
    """Of the files that parse with their selection as it is -> [(language, whether it does not as answered)]"""
    known = [s for s in selections if s.language in LANGUAGES]
    texts = [(s.prefix + text + s.suffix, s.language) for s in known for text in (s.selection, answers[s.id]["text"])]
    results = parse_results(texts)
    pairs = zip(known, results[::2], results[1::2], strict=True)
    return [(s.language, not after) for s, before, after in pairs if before]


def _share(values):
    values = list(values)
    return _of(sum(values), len(values))


def _of(number, count):
    share = number / count if count else None
    return {"count": count, "share": share, "interval": wilson(share or 0, count)}
