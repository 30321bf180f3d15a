import json

import pytest

from training.model.one_network import TRUNK_POSITION
from training.one_network.config import NetworkConfig
from training.tests.conftest import ROOT
from training.train.config import config_of, plain, read_config

CONFIGS = ROOT / "training" / "configs" / "one_network"
BLOCK = "{ share = 1, holes = 2, suffix = 4, middle = 4, copies = 1, canvases = [{ size = 3, share = 1 }] }"


def test_the_committed_configurations_are_valid_and_say_why():
    configs = {path.stem: read_config(path, NetworkConfig) for path in CONFIGS.glob("*.toml")}
    assert set(configs) == {"gpu", "adapters", "tiny"}
    assert all(len(config.why) > 20 for config in configs.values())
    assert configs["gpu"].weights == "all" and configs["adapters"].weights == "adapters"
    # Blocks of rows of an accelerator's attention are not split between holes.
    assert configs["gpu"].trunk % 128 == 0 and all(block.rows % 128 == 0 for block in configs["gpu"].blocks)
    assert configs["gpu"].rows == 768 + 20 * 128 == 768 + 10 * 256


def test_a_file_holds_only_differences(tmp_path):
    (tmp_path / "a.toml").write_text(f"steps = 5\nblocks = [{BLOCK}]\n")
    config = read_config(tmp_path / "a.toml", NetworkConfig)
    assert config.blocks[0].rows == 4 + 4 + 4 and config.rows == config.trunk + 2 * 12
    assert config.learning_rate == NetworkConfig(steps=1).learning_rate
    assert config_of(json.loads(json.dumps(plain(config))), "JSON", NetworkConfig) == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps = 5\nlerning_rate = 1", "lerning_rate.*learning_rate"),
        ("", "exactly one"),
        ('steps = 5\nprecision = "fp8"', "fp8.*bf16"),
        ("steps = 5\ntail = 2", "`tail` is 2"),
        ('steps = 5\nweights = "some"', "some.*adapters"),
        ('steps = 5\nweights = "adapters"', "`rank`"),
        ("steps = 5\nrank = 4", "`rank`"),
        ('steps = 5\nweights = "adapters"\nrank = 4', "`trunk_weight` must be 0"),
        ('steps = 5\nweights = "adapters"\nrank = 4\ntrunk_weight = 0', "`horizon_weight` must be 0"),
        ("steps = 5\nblocks = []", "`blocks` is empty"),
        ("steps = 5\nblocks = [{ share = 1 }]", "holes"),
        (f"steps = 5\nblocks = [{BLOCK.replace('suffix = 4', f'suffix = {TRUNK_POSITION + 1}')}]", "`suffix` is 129"),
        (f"steps = 5\nblocks = [{BLOCK.replace('holes = 2', 'holes = 0')}]", "`holes` is 0"),
        (f"steps = 5\nblocks = [{BLOCK.replace('size = 3', 'size = 0')}]", "`canvases`"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ValueError, match=rf"a\.toml.*{said}"):
        read_config(tmp_path / "a.toml", NetworkConfig)
