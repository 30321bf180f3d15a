import type { FullSequenceManifest } from '../../engine/network/folder/manifest.js';
import type { TensorLayout } from './checkpoint/checkpointFamily.js';

/** Part of one of our tensors: rows of a checkpoint's tensor [out, in], or its elements where it is a vector. */
export interface Piece {
  /** Names that this tensor has in different uploads. */
  readonly names: readonly string[];
  /** Whether it is stored [in, out] (GPT-2's Conv1D). */
  readonly transposed?: boolean;
  readonly rows?: readonly [from: number, to: number];
  readonly factor?: number;
}

/** Our tensors, less `.weight` and `.scale`, and the pieces that each is put together of, along the outputs. */
export type TensorSources = ReadonlyMap<string, readonly Piece[]>;

/** Where each of our tensors comes from. Names: the reference code of the families, as cited in `families/`. */
export function tensorSources(layout: TensorLayout, manifest: FullSequenceManifest): TensorSources {
  const { architecture } = manifest;
  const layers = Array.from({ length: architecture.layers }, (_, layer) => layer);
  const own = SOURCES[layout];
  return new Map<string, readonly Piece[]>([
    ...own.outer(architecture),
    ...layers.flatMap((layer) =>
      own.layer(architecture, layer).map(([name, pieces]): Entry => [`layers.${layer}.${name}`, pieces]),
    ),
  ]);
}

/** The tensors of embedding and head, which many networks share; names as in `TensorSources`. */
export function sharedTensors(layout: TensorLayout): {
  readonly embedding: readonly string[];
  readonly head: readonly string[];
} {
  return SHARED[layout];
}

/** Buffers of checkpoints that carry nothing learned. */
export function isIgnored(name: string, { architecture }: FullSequenceManifest): boolean {
  if (/(^|\.)(rotary_emb\.inv_freq|inv_freq|attn\.bias|attn\.masked_bias|position_ids)$/.test(name)) return true;
  return architecture.tiedEmbeddings && /(^|\.)(lm_head|transformer\.ff_out|embed_tokens|wte)\.weight$/.test(name);
}

type Architecture = FullSequenceManifest['architecture'];
type Entry = readonly [name: string, pieces: readonly Piece[]];
interface LayoutSources {
  outer(a: Architecture): readonly Entry[];
  layer(a: Architecture, layer: number): readonly Entry[];
}

/** Queries are stored divided by the root of the head size; where they are normed the norm's gain is. */
const queryFactor = (a: Architecture): number => a.headSize ** -0.5;

const SHARED: Readonly<Record<TensorLayout, ReturnType<typeof sharedTensors>>> = {
  llama: { embedding: ['model.embed_tokens.weight', 'embed_tokens.weight'], head: ['lm_head.weight'] },
  llada: {
    embedding: ['model.transformer.wte.weight', 'transformer.wte.weight'],
    head: ['model.transformer.ff_out.weight', 'transformer.ff_out.weight'],
  },
  gpt2: {
    embedding: ['embed_tokens.weight', 'denoise_model.wte.weight', 'transformer.wte.weight', 'wte.weight'],
    head: ['lm_head.weight', 'denoise_model.lm_head.weight'],
  },
  dit: {
    embedding: ['vocab_embed.embedding', 'backbone.vocab_embed.embedding'],
    head: ['output_layer.linear.weight', 'backbone.output_layer.linear.weight'],
  },
};

const SOURCES: Readonly<Record<TensorLayout, LayoutSources>> = {
  llama: {
    outer: (a) => [
      ...(a.tiedEmbeddings
        ? [['head', [eitherOf('llama')]] as const]
        : [
            ['embedding', [{ names: SHARED.llama.embedding }]] as const,
            ['head', [{ names: SHARED.llama.head }]] as const,
          ]),
      ['norm', [named('norm.weight')]],
    ],
    layer: (a, layer) => {
      const of = (name: string, factor?: number): Piece => named(`layers.${layer}.${name}`, factor);
      const factor = a.queryKeyNorm ? undefined : queryFactor(a);
      return [
        ['norm1', [of('input_layernorm.weight')]],
        ['norm2', [of('post_attention_layernorm.weight')]],
        ['qkv', [of('self_attn.q_proj.weight', factor), of('self_attn.k_proj.weight'), of('self_attn.v_proj.weight')]],
        ...(a.attentionBias
          ? [
              [
                'qkv.bias',
                [of('self_attn.q_proj.bias', factor), of('self_attn.k_proj.bias'), of('self_attn.v_proj.bias')],
              ] as const,
            ]
          : []),
        ...(a.queryKeyNorm
          ? [
              ['qNorm', [of('self_attn.q_norm.weight', queryFactor(a))]] as const,
              ['kNorm', [of('self_attn.k_norm.weight')]] as const,
            ]
          : []),
        ['o', [of('self_attn.o_proj.weight')]],
        ['gate_up', [of('mlp.gate_proj.weight'), of('mlp.up_proj.weight')]],
        ['down', [of('mlp.down_proj.weight')]],
      ];
    },
  },
  llada: {
    outer: (a) => {
      const of = (name: string): readonly Piece[] => [{ names: [`model.transformer.${name}`, `transformer.${name}`] }];
      return [
        ...(a.tiedEmbeddings
          ? [['head', [eitherOf('llada')]] as const]
          : [
              ['embedding', [{ names: SHARED.llada.embedding }]] as const,
              ['head', [{ names: SHARED.llada.head }]] as const,
            ]),
        ['norm', of('ln_f.weight')],
      ];
    },
    layer: (a, layer) => {
      const of = (name: string, factor?: number): Piece => {
        const full = `transformer.blocks.${layer}.${name}.weight`;
        return { names: [`model.${full}`, full], ...(factor === undefined ? {} : { factor }) };
      };
      return [
        ['norm1', [of('attn_norm')]],
        ['norm2', [of('ff_norm')]],
        ['qkv', [of('q_proj', queryFactor(a)), of('k_proj'), of('v_proj')]],
        ['o', [of('attn_out')]],
        ['gate_up', [of('ff_proj'), of('up_proj')]],
        ['down', [of('ff_out')]],
      ];
    },
  },
  gpt2: {
    outer: () => [
      ['head', [eitherOf('gpt2')]],
      ['positions', [gpt2('wpe.weight')]],
      ['norm', [gpt2('ln_f.weight')]],
      ['norm.bias', [gpt2('ln_f.bias')]],
    ],
    layer: (a, layer) => {
      const of = (name: string): Piece => gpt2(`h.${layer}.${name}`);
      const matrix = (name: string): Piece => ({ ...of(`${name}.weight`), transposed: true });
      const split = (piece: Piece): readonly Piece[] => queriesAndRest(piece, a.hiddenSize, 3 * a.hiddenSize, a);
      return [
        ['norm1', [of('ln_1.weight')]],
        ['norm1.bias', [of('ln_1.bias')]],
        ['norm2', [of('ln_2.weight')]],
        ['norm2.bias', [of('ln_2.bias')]],
        ['qkv', split(matrix('attn.c_attn'))],
        ['qkv.bias', split(of('attn.c_attn.bias'))],
        ['o', [matrix('attn.c_proj')]],
        ['o.bias', [of('attn.c_proj.bias')]],
        ['up', [matrix('mlp.c_fc')]],
        ['up.bias', [of('mlp.c_fc.bias')]],
        ['down', [matrix('mlp.c_proj')]],
        ['down.bias', [of('mlp.c_proj.bias')]],
      ];
    },
  },
  dit: {
    outer: () => [
      ['embedding', [{ names: SHARED.dit.embedding }]],
      ['head', [{ names: SHARED.dit.head }]],
      ['head.bias', [dit('output_layer.linear.bias')]],
      ['norm', [dit('output_layer.norm_final.weight')]],
      ...linear('modulation', 'output_layer.adaLN_modulation'),
      ...linear('time.in', 'sigma_map.mlp.0'),
      ...linear('time.out', 'sigma_map.mlp.2'),
    ],
    layer: (a, layer) => {
      const of = (name: string): Piece => dit(`blocks.${layer}.${name}`);
      return [
        ['norm1', [of('norm1.weight')]],
        ['norm2', [of('norm2.weight')]],
        ['qkv', queriesAndRest(of('attn_qkv.weight'), a.hiddenSize, 3 * a.hiddenSize, a)],
        ['o', [of('attn_out.weight')]],
        ['up', [of('mlp.0.weight')]],
        ['up.bias', [of('mlp.0.bias')]],
        ['down', [of('mlp.2.weight')]],
        ['down.bias', [of('mlp.2.bias')]],
        ...linear('modulation', `blocks.${layer}.adaLN_modulation`),
      ];
    },
  },
};

/** A tensor that is embedding and head at once is saved under either name. */
function eitherOf(layout: TensorLayout): Piece {
  const { embedding, head } = SHARED[layout];
  return { names: [...embedding, ...head] };
}

/** Hugging Face's names, with and without the wrapper's `model.`. */
function named(name: string, factor?: number): Piece {
  return { names: [`model.${name}`, name], ...(factor === undefined ? {} : { factor }) };
}

/** DiffuGPT's wrapper calls the network `denoise_model`. */
function gpt2(name: string): Piece {
  return { names: [`denoise_model.${name}`, `transformer.${name}`, name] };
}

/** MDLM's upload wraps the network in `backbone`. */
function dit(name: string): Piece {
  return { names: [name, `backbone.${name}`] };
}

function linear(name: string, source: string): readonly Entry[] {
  return [
    [name, [dit(`${source}.weight`)]],
    [`${name}.bias`, [dit(`${source}.bias`)]],
  ];
}

/** One fused tensor whose first rows are the queries. */
function queriesAndRest(piece: Piece, queries: number, all: number, a: Architecture): readonly Piece[] {
  return [
    { ...piece, rows: [0, queries], factor: queryFactor(a) },
    { ...piece, rows: [queries, all] },
  ];
}
