"""The base model against transformers, which reads and runs it on its own."""

import torch
from transformers import AutoModelForCausalLM

from training.model.base import Base
from training.model.model import Encoder
from training.model.model_folder import read_model_folder
from training.tests.conftest import TINY
from training.tests.llama import llama, write_gguf

IDS = torch.randint(0, 512, (2, 40), generator=torch.Generator().manual_seed(0))
POSITIONS = torch.arange(40).expand(2, -1)


@torch.no_grad()
def test_the_encoders_logits_are_those_of_transformers_llama(tiny):
    ours = tiny.encoder.logits(tiny.encoder(IDS, POSITIONS)[0])
    theirs = llama(tiny.encoder)(IDS).logits
    # transformers computes the angles of RoPE in single precision
    torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-4)


@torch.no_grad()
def test_a_gguf_is_read_as_transformers_reads_it(tmp_path):
    folder = read_model_folder(TINY / "fp32", torch.float32)
    gguf = write_gguf(tmp_path / "tiny.gguf", folder.encoder, folder.tokenizer)
    base = Base(gguf, (1, 3))
    encoder = Encoder(base.architecture, base.encoder_state()).eval()
    theirs = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name).eval()
    torch.testing.assert_close(encoder.logits(encoder(IDS, POSITIONS)[0]), theirs(IDS).logits, rtol=0, atol=1e-3)
