import json

import pytest

from training.tests.conftest import ROOT
from training.train.config import Canvas, Config, config_of, plain, read_config


def test_the_committed_configurations_are_valid_and_say_why():
    paths = sorted((ROOT / "training" / "configs").glob("*.toml"))
    assert len(paths) >= 3
    for path in paths:
        config = read_config(path)
        assert len(config.why) > 20
        assert sum(c.share for c in config.canvases) == pytest.approx(1)


def test_a_file_holds_only_differences(tmp_path):
    (tmp_path / "a.toml").write_text("steps = 5\nlayers = [1, 2]\ncanvases = [{ size = 8, holes = 2, share = 1 }]\n")
    config = read_config(tmp_path / "a.toml")
    assert (config.steps, config.layers, config.canvases) == (5, (1, 2), (Canvas(8, 2, 1),))
    assert config.learning_rate == Config(steps=1).learning_rate
    assert config_of(json.loads(json.dumps(plain(config))), "JSON") == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps = 5\nlerning_rate = 1", "lerning_rate.*learning_rate"),
        ("", "exactly one"),
        ("steps = 5\nminutes = 3", "exactly one"),
        ('steps = 5\nprecision = "fp8"', "fp8.*bf16"),
        ("steps = 5\nbatch = 0", "`batch` is 0"),
        ("steps = 5\nema = 1", "`ema`"),
        ("steps = 5\ncanvases = []", "`canvases`"),
        ("steps = 5\ncanvases = [{ size = 8 }]", "holes"),
        ("steps =", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ValueError, match=rf"a\.toml.*{said}"):
        read_config(tmp_path / "a.toml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.toml"):
        read_config(tmp_path / "none.toml")
