"""A released int8 model folder -> a run's denoiser.pt, from which training goes on where the run's own is gone.

    python -m training.train.released_weights models/infill-code-135m --record training/results/0.2.0/record.json \
        --out .cache/runs/0.2.0/denoiser.pt

The weights are those that the engine runs, dequantised: each off by half a step of its channel's 255 at most."""

import argparse
import json
from pathlib import Path

from training.model.model_folder import read_states
from training.train.run_folder import save


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model", help="model folder")
    p.add_argument("--record", required=True, help="record.json of the run that made it")
    p.add_argument("--out", required=True)
    a = p.parse_args(argv)
    _, architecture, _, denoiser = read_states(a.model)
    out = Path(a.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    record = json.loads(Path(a.record).read_text(encoding="utf-8"))
    save(out, {"model": denoiser, "layers": architecture.denoiser_layers, "record": record})


if __name__ == "__main__":
    main()
