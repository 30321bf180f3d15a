import numpy as np
import pytest

from training.evaluate.fit_mixture import WEIGHTS, fitted, likeliest_mixture, right_opinions, told_of
from training.evaluate.held_out import HeldOutHole

FEATURES = dict.fromkeys(WEIGHTS[1:], 0.0)


def hole(name, middle, suffix=""):
    return HeldOutHole(name, "p", "typescript", "code", "rest", "", middle, suffix)


def opinion(written, found, model="x"):
    found = [{"text": text, "share": share, "logProb": log} for text, share, log in found]
    return {"written": written, "features": FEATURES, "model": model, "isRead": True, "found": found}


def test_opinions_count_where_the_text_before_is_right_and_not_whole():
    said = [
        opinion("", [("get", 0.7, -1.0), ("getUser", 0.3, -2.0)], model="getUser"),
        opinion("put", [("User", 1.0, -1.0)]),
        opinion("getUser", [("(", 1.0, -0.5)], model="("),
        opinion("getUser(", [("name", 1.0, -3.0)]),
        opinion("getUser(id)", [(";", 1.0, -0.1)]),
    ]
    right = right_opinions([hole("a", "getUser(id)", ";"), hole("b", "")], {"a": {"opinions": said}, "b": {}})
    assert [(each["found"], each["model"]) for each in right] == [(True, True), (True, True), (False, False)]
    # The longest token that is right is the one that was to come.
    assert [(each["share"], each["logModel"]) for each in right] == [(0.3, -2.0), (1.0, -0.5), (0.0, None)]


def test_the_mixture_is_the_likeliest():
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(400), rng.normal(size=400)])
    found, model = rng.random(400), rng.random(400) * 0.5

    def value(weights):
        part = 1 / (1 + np.exp(-(x @ weights)))
        return np.log(part * found + (1 - part) * model).sum() - 0.5 * weights[1] ** 2

    best = np.array(likeliest_mixture(x, found, model, [0.0, 1.0]))
    for change in ([0.05, 0], [-0.05, 0], [0, 0.05], [0, -0.05]):
        assert value(best) > value(best + change)


def test_the_fit_tells_when_what_was_found_is_right():
    rng = np.random.default_rng(1)
    opinions = []
    for i in range(2000):
        alike = bool(rng.random() < 0.5)
        right = bool(rng.random() < (0.9 if alike else 0.1))
        opinions.append(
            {
                "hole": str(i),
                "features": FEATURES | {"left": float(alike)},
                "found": right,
                "model": False,
                "share": 1.0 if right else 0.0,
                "logModel": -3.0 if right else None,
            }
        )
    weights = fitted(opinions, without_model=True)
    assert list(weights) == WEIGHTS
    assert weights["left"] > 2
    assert weights["logFound"] == weights["logModel"] == 0
    told = told_of(opinions, weights)
    assert told["tokens"] == 2000 and told["gain"] > 0.5
    assert told["foundRight"] == pytest.approx(0.5, abs=0.05)


def test_nothing_found_anywhere_is_said():
    with pytest.raises(ValueError, match="Nothing was found"):
        fitted([], without_model=False)
