"""Weights whose activations have outliers, as those of real models have."""

CHANNELS, INNER = [3, 20, 40], [1, 50, 90]


def with_outliers(state):
    """The same function with three channels that stand out after each norm and inside each feed-forward. `state`, a
    state dict with `blocks.*` and, where it has them, `adapters.*`, is changed in place."""
    for name, tensor in state.items():
        if name.endswith(("norm1", "norm2")):
            tensor[CHANNELS] *= 30
        elif name.endswith(("q.weight", "k.weight", "v.weight", "gate.weight", "up.weight", "qkv.a", "gate_up.a")):
            tensor[:, CHANNELS] /= 30
        if name.endswith("up.weight"):
            tensor[INNER] *= 30
        elif name.endswith("gate_up.b"):
            tensor[[len(tensor) // 2 + row for row in INNER]] *= 30
        elif name.endswith(("down.weight", "down.a")):
            tensor[:, INNER] /= 30
    return state
