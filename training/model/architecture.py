"""The shape of an encoder-denoiser model, and the ids that have a role of their own."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Architecture:
    """Field for field the manifest's `architecture`, in Python's spelling."""

    hidden_size: int
    encoder_layers: int
    denoiser_layers: tuple[int, ...]  # encoder layers that the denoiser starts from and whose keys and values it reads
    attention_heads: int
    key_value_heads: int
    head_size: int
    feed_forward_size: int
    vocabulary_size: int
    rope_theta: float
    norm_epsilon: float

    def __post_init__(self):
        if self.attention_heads % self.key_value_heads:
            raise ValueError(
                f"{self.attention_heads} attention heads do not share {self.key_value_heads} key/value heads evenly."
            )
        if not all(0 <= layer < self.encoder_layers for layer in self.denoiser_layers):
            raise ValueError(
                f"Denoiser layers {self.denoiser_layers} are not all among the encoder's {self.encoder_layers} layers."
            )

    def to_manifest(self):
        """{"hiddenSize": 576, ...}"""
        return {"kind": "encoder-denoiser"} | {
            camel(k): list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()
        }

    @staticmethod
    def from_manifest(entry):
        fields = {name: entry[camel(name)] for name in Architecture.__dataclass_fields__}
        return Architecture(**fields | {"denoiser_layers": tuple(fields["denoiser_layers"])})


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


# <|endoftext|> opened every document in the base model's training, so it opens prefix and suffix. The other two never
# occur in ordinary text; the denoiser has rows of its own for them.
START, MASK, EOM = 0, 16, 13
SUFFIX = 14  # opens the suffix of the one network
FILENAME = 6  # in the base model's training it stood before the path of a file whose text followed
CONTROL_TOKENS = 17  # the ids below this one are control tokens; text never becomes one

DENOISER_LAYERS = (1, 4, 7, 10, 13, 16, 19, 22, 24, 26, 28, 29)
