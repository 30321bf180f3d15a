import { unsupported } from '../checkpoint/unsupported.js';

/** What a configuration says, with what is known of the checkpoint besides. */
export interface Configured {
  /** The parsed config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether somebody said that it is a diffusion model, by naming its mask token. */
  readonly isSaidToDiffuse: boolean;
  /** The checkpoint's folder; the last two of its names are its repository's and its revision's, or its own. */
  readonly folder?: string | undefined;
}

const NO_SUFFIX = 'so it cannot see what stands after the cursor';
const BLOCKS = `it is a block diffusion model, whose attention is causal between blocks, ${NO_SUFFIX}`;
const EXPERTS = 'it is a mixture of experts, whose routing Infill does not compute';
const RECURRENT =
  'it has recurrent layers (Gated DeltaNet), which read from left to right only and for which Infill has no operator';
const CONVOLUTIONS = 'it has convolution layers between those of attention, which Infill does not compute';

/** Models that are asked for often, by model_type in lower case, and why they cannot run. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['bd3lm', BLOCKS],
  // JetLM/SDAR-1.7B-Chat, config.json (block_size 4); JetAstra/SDAR, generate.py; also TraDo, which is made of it.
  ['sdar', BLOCKS],
  // Efficient-Large-Model/Fast_dLLM_v2_7B, config.json (bd_size 32) and model card.
  ['fast_dllm_qwen', BLOCKS],
  // nvidia/Nemotron-Labs-Diffusion-8B, config.json (block_size 32).
  ['nemotron_labs_diffusion', BLOCKS],
  // tencent/WeDLM-8B-Base; Tencent/WeDLM, Readme.md: "parallel mask recovery under standard causal attention".
  ['wedlm', `its attention is causal although it fills in masks, ${NO_SUFFIX}`],
  // UT-IFML/dQwen3.5-2B-Base; AntonXue/dQwen, models/modeling_dqwen3_5.py: "GatedDeltaNet is causal by construction".
  ['diffuqwen35', RECURRENT],
  // What dLLM's a2d pipeline makes of Qwen3.5.
  ['a2d-qwen3_5', RECURRENT],
  ['a2d-qwen3_next', RECURRENT],
  // inclusionAI/LLaDA-MoE-7B-A1B-Base says "llada" and is told by its experts; dLLM's loader wants this.
  ['lladamoe', EXPERTS],
  // radicalnumerics/RND1-Base-0910, configuration_rnd.py (a Qwen3 with 128 experts).
  ['rnd1', EXPERTS],
  // google/diffusiongemma-26B-A4B-it, config.json.
  ['diffusion_gemma', EXPERTS],
  ['e2d2', 'it is an encoder-decoder diffusion model'],
  ['modernbert', 'it is an encoder with local attention'],
  ['bert', 'it is an encoder of another layout'],
  ['roberta', 'it is an encoder of another layout'],
]);

/** Classes of checkpoints whose model_type is that of another model. ByteDance-Seed/Stable-DiffCoder-8B-Base says "llama". */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([['StableDiffcoderForCausalLM', BLOCKS]]);

/** Layers that are no attention, by what transformers calls them in `layer_types`. */
const LAYERS: ReadonlyMap<unknown, string> = new Map([
  ['linear_attention', RECURRENT],
  ['conv', CONVOLUTIONS],
]);

/** Language models that predict the next token, unless somebody made something else of them, and of kinds that Infill does not run. */
const CAUSAL = /^(qwen2_moe|qwen3_moe|qwen3_next|qwen3_5(_moe)?(_text)?|mixtral)$/;

const EXPERT_COUNTS = ['num_experts', 'num_local_experts', 'n_routed_experts', 'moe_num_experts'];
const BLOCK_SIZES = ['block_size', 'bd_size'];

/**
 * Refuses checkpoints whose configuration alone says that Infill cannot run them: before a tokenizer or weights are looked at.
 * Throws InfillError model-unsupported with the reason.
 */
export function refuseOtherKinds(configured: Configured): void {
  const reason = reasonAgainst(configured);
  if (reason !== undefined) throw unsupported(reason);
  if (isCalledBlockDiffusion(configured)) {
    throw unsupported(BLOCKS, 'Choose the model with "mdlm" in its name instead of "bd3lm": it sees all of the text.');
  }
}

function reasonAgainst({ config, isSaidToDiffuse }: Configured): string | undefined {
  const type = typeOf(config);
  const known = TYPES.get(type) ?? namesOf(config['architectures']).flatMap((name) => ARCHITECTURES.get(name) ?? [])[0];
  if (known !== undefined) return known;
  if (CAUSAL.test(type) && !isSaidToDiffuse) {
    return `it is a causal language model of type "${type}", which predicts the next token only`;
  }
  // Models that see and hear say inside what their text is read by.
  const texts = [config, config['text_config']].filter(isObject);
  if (/_moe(_|$)/.test(type) || texts.some((text) => says(text, EXPERT_COUNTS, 1))) {
    return EXPERTS;
  }
  const layer = texts.flatMap((text) => namesOf(text['layer_types'])).find((name) => LAYERS.has(name));
  if (layer !== undefined) return LAYERS.get(layer);
  // DreamReasoner says "Dream", and is told by its blocks.
  return says(config, BLOCK_SIZES, 2) ? BLOCKS : undefined;
}

/**
 * dLLM's models of both kinds have the same configuration; only their names differ: Qwen3-0.6B-diffusion-bd3lm-v0.1 denoises in blocks,
 * Qwen3-0.6B-diffusion-mdlm-v0.1 sees everything.
 */
function isCalledBlockDiffusion({ config, folder = '' }: Configured): boolean {
  if (!typeOf(config).startsWith('a2d-')) return false;
  const names = folder.split(/[\\/]/).slice(-2);
  return names.some((name) => /(^|[-_.])bd3lm([-_.]|$)/i.test(name));
}

function typeOf(config: Configured['config']): string {
  return typeof config['model_type'] === 'string' ? config['model_type'].toLowerCase() : '';
}

/** Whether one of these counts is there and at least this large. */
function says(config: Readonly<Record<string, unknown>>, counts: readonly string[], least: number): boolean {
  return Object.entries(config).some(
    ([name, value]) => counts.includes(name) && typeof value === 'number' && value >= least,
  );
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
