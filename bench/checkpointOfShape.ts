import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type LayerShape, QWEN2_05B } from '../src/modelStore/catalogue/layerShapes.js';

/** The sizes of a checkpoint in Qwen2's layout. */
export type CheckpointShape = Omit<LayerShape, 'network' | 'tied' | 'positions'>;

/**
 * Of Qwen2.5-Coder-0.5B (its config.json on the hub), with a tied output layer; and some tokens more than its 151936, because a network
 * with as many must have that family's tokenizer.
 */
export const HALF_BILLION: CheckpointShape = { ...QWEN2_05B, vocabulary: 152_128 };

/**
 * Writes a checkpoint of random bfloat16 weights in one file: one that dLLM could have made of Qwen2, with a tied output layer and a
 * tokenizer with as many tokens. Answers the bytes of its weights.
 */
export async function writeCheckpoint(folder: string, shape: CheckpointShape): Promise<number> {
  await mkdir(folder, { recursive: true });
  const config = {
    model_type: 'a2d-qwen2',
    hidden_size: shape.hidden,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    head_dim: shape.headSize,
    intermediate_size: shape.feedForward,
    vocab_size: shape.vocabulary,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    max_position_embeddings: 32_768,
    tie_word_embeddings: true,
    hidden_act: 'silu',
  };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify(tokenizerOf(shape.vocabulary)));
  return writeWeights(path.join(folder, 'model.safetensors'), tensorsOf(shape));
}

type Tensor = readonly [name: string, shape: readonly number[]];

function tensorsOf({
  hidden,
  layers,
  heads,
  keyValueHeads,
  headSize,
  feedForward,
  vocabulary,
}: CheckpointShape): Tensor[] {
  const queries = heads * headSize;
  const keys = keyValueHeads * headSize;
  const layer = (n: number): Tensor[] => {
    const own: Tensor[] = [
      ['input_layernorm.weight', [hidden]],
      ['self_attn.q_proj.weight', [queries, hidden]],
      ['self_attn.q_proj.bias', [queries]],
      ['self_attn.k_proj.weight', [keys, hidden]],
      ['self_attn.k_proj.bias', [keys]],
      ['self_attn.v_proj.weight', [keys, hidden]],
      ['self_attn.v_proj.bias', [keys]],
      ['self_attn.o_proj.weight', [hidden, queries]],
      ['post_attention_layernorm.weight', [hidden]],
      ['mlp.gate_proj.weight', [feedForward, hidden]],
      ['mlp.up_proj.weight', [feedForward, hidden]],
      ['mlp.down_proj.weight', [hidden, feedForward]],
    ];
    return own.map(([name, size]) => [`model.layers.${String(n)}.${name}`, size]);
  };
  return [
    ['model.embed_tokens.weight', [vocabulary, hidden]],
    ...Array.from({ length: layers }, (_, n) => layer(n)).flat(),
    ['model.norm.weight', [hidden]],
  ];
}

/** Elements of the random numbers that the weights repeat, a prime, so that no two rows are alike. */
const PERIOD = 1_000_003;

async function writeWeights(file: string, tensors: readonly Tensor[]): Promise<number> {
  let end = 0;
  const entries = tensors.map(([name, shape]) => {
    const start = end;
    end += 2 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'BF16', shape, data_offsets: [start, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const [noise, ones] = [noiseOf(PERIOD), new Uint16Array(PERIOD).fill(0x3f80)];
  const handle = await open(file, 'w');
  try {
    await handle.write(Buffer.concat([length, header]));
    for (const [name, { data_offsets: place }] of entries) {
      const values = name.endsWith('norm.weight') ? ones : noise;
      for (let left = place[1] - place[0]; left > 0;) {
        const part = new Uint8Array(values.buffer, 0, Math.min(left, values.byteLength));
        await handle.write(part);
        left -= part.byteLength;
      }
    }
  } finally {
    await handle.close();
  }
  return end;
}

/** Sums of three even draws of a fixed sequence, some 0.02 wide, as bfloat16. */
function noiseOf(count: number): Uint16Array {
  let state = 1;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const floats = Float32Array.from({ length: count }, () => 0.04 * (draw() + draw() + draw()));
  return Uint16Array.from(new Uint32Array(floats.buffer), (bits) => bits >>> 16);
}

/** Byte-level pairs: every token but the bytes and the four last ones is two others. */
function tokenizerOf(vocabulary: number): object {
  const special = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|mask|>'];
  const tokens = byteCharacters();
  const known = new Set(tokens);
  const merges: [string, string][] = [];
  const most = vocabulary - special.length;
  for (let sum = 0; tokens.length < most; sum++) {
    for (let left = 0; left <= sum && tokens.length < most; left++) {
      const [a, b] = [tokens[left] ?? '', tokens[sum - left] ?? ''];
      if (known.has(a + b)) continue;
      known.add(a + b);
      tokens.push(a + b);
      merges.push([a, b]);
    }
  }
  return {
    version: '1.0',
    added_tokens: special.map((content, n) => ({ id: most + n, content, special: true, normalized: false })),
    normalizer: { type: 'NFC' },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  };
}

/** The characters that stand for the 256 bytes (GPT-2's encoder.py, bytes_to_unicode). */
function byteCharacters(): string[] {
  const isShown = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isShown(byte) ? byte : 256 + hidden++));
}
