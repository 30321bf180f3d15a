import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { detectFamily } from '../../../../src/modelStore/convert/families/detectFamily.js';
import { refuseOtherKinds } from '../../../../src/modelStore/convert/families/refuseOtherKinds.js';

type Config = Record<string, unknown>;

/** What all of them say besides. */
const sizes = {
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 96,
  vocab_size: 300,
  rms_norm_eps: 1e-6,
  hidden_act: 'silu',
  rope_theta: 1e6,
};
const DENSE = { ...sizes, head_dim: 16, attention_bias: false, use_sliding_window: false, rope_scaling: null };

const BLOCKS = /block diffusion.*cannot see what stands after the cursor/;
const CAUSAL_ATTENTION = /attention is causal.*cannot see what stands after the cursor/;
const RECURRENT = /recurrent layers \(Gated DeltaNet\)/;
const EXPERTS = /mixture of experts/;

/** The fields that tell each of them, as its config.json on the hub has them. */
const PUBLISHED: readonly (readonly [name: string, config: Config, reason: RegExp])[] = [
  [
    'JetLM/SDAR-1.7B-Chat',
    { architectures: ['SDARForCausalLM'], model_type: 'sdar', block_size: 4, mask_token_id: 151669, ...DENSE },
    BLOCKS,
  ],
  [
    'JetLM/SDAR-30B-A3B-Chat',
    { architectures: ['SDARMoeForCausalLM'], model_type: 'sdar_moe', num_experts: 128, num_experts_per_tok: 8 },
    EXPERTS,
  ],
  [
    'Efficient-Large-Model/Fast_dLLM_v2_7B',
    { architectures: ['Fast_dLLM_QwenForCausalLM'], model_type: 'Fast_dLLM_Qwen', bd_size: 32, ...sizes },
    BLOCKS,
  ],
  [
    'tencent/WeDLM-8B-Base',
    { architectures: ['WeDLMForCausalLM'], model_type: 'wedlm', qk_norm: true, ...DENSE },
    CAUSAL_ATTENTION,
  ],
  [
    'ByteDance-Seed/Stable-DiffCoder-8B-Base',
    {
      architectures: ['StableDiffcoderForCausalLM'],
      auto_map: { AutoModelForCausalLM: 'modeling_stable_diffcoder.StableDiffcoderForCausalLM' },
      model_type: 'llama',
      ...sizes,
    },
    BLOCKS,
  ],
  [
    'Dream-org/DreamReasoner-8B',
    { architectures: ['DreamForCausalLM'], model_type: 'Dream', block_size: 32, mask_token_id: 151669, ...sizes },
    BLOCKS,
  ],
  [
    'nvidia/Nemotron-Labs-Diffusion-3B',
    {
      architectures: ['NemotronLabsDiffusionModel'],
      model_type: 'nemotron_labs_diffusion',
      block_size: 32,
      dlm_paradigm: 'bidirectional',
      mask_token_id: 100,
    },
    BLOCKS,
  ],
  ['kuleshov-group/bd3lm-owt-block_size16', { architectures: ['BD3LM'], model_type: 'bd3lm', block_size: 16 }, BLOCKS],
  [
    'UT-IFML/dQwen3.5-2B-Base',
    {
      architectures: ['DiffuQwen35'],
      model_type: 'diffuqwen35',
      layer_types: ['linear_attention', 'linear_attention', 'linear_attention', 'full_attention'],
    },
    RECURRENT,
  ],
  ["dLLM's a2d of Qwen3.5", { architectures: ['A2DQwen3_5LMHeadModel'], model_type: 'a2d-qwen3_5' }, RECURRENT],
  [
    'LiquidAI/LFM2.5-Encoder-350M-Diffusion',
    { architectures: ['Lfm2BidirectionalForMaskedLM'], layer_types: ['conv', 'conv', 'full_attention'] },
    /convolution layers/,
  ],
  [
    // Its type is that of the dense LLaDA.
    'inclusionAI/LLaDA-MoE-7B-A1B-Base',
    { architectures: ['LLaDAMoEModelLM'], model_type: 'llada', num_experts: 64, num_experts_per_tok: 8, ...sizes },
    EXPERTS,
  ],
  [
    'inclusionAI/LLaDA2.0-mini',
    { architectures: ['LLaDA2MoeModelLM'], model_type: 'llada2_moe', num_experts: 256, num_experts_per_tok: 8 },
    EXPERTS,
  ],
  ['radicalnumerics/RND1-Base-0910', { model_type: 'rnd1', num_experts: 128, mask_token_id: 151669 }, EXPERTS],
  [
    'google/diffusiongemma-26B-A4B-it',
    { architectures: ['DiffusionGemmaForBlockDiffusion'], model_type: 'diffusion_gemma', canvas_length: 256 },
    EXPERTS,
  ],
];

const refused = (reason: RegExp): object => ({ name: 'InfillError', code: 'model-unsupported', message: reason });
const refuse = (config: Config, folder?: string): void => refuseOtherKinds({ config, isSaidToDiffuse: false, folder });

describe('refuseOtherKinds', () => {
  for (const [name, config, reason] of PUBLISHED) {
    it(`refuses ${name} from its config.json alone`, () => {
      assert.throws(() => refuse(config), refused(reason));
      // However sure a person is that it diffuses, and whatever tokenizer there is.
      assert.throws(() => detectFamily(config, { added_tokens: [] }, { mask: 299 }), refused(reason));
    });
  }

  it('calls ordinary causal models causal, and looks further where somebody names a mask', () => {
    const causal: readonly (readonly [Config, RegExp])[] = [
      [{ model_type: 'qwen3_moe', num_experts: 128 }, EXPERTS],
      [{ model_type: 'mixtral', num_local_experts: 8 }, EXPERTS],
      [{ model_type: 'qwen3_next', layer_types: ['linear_attention', 'full_attention'] }, RECURRENT],
      [
        { model_type: 'qwen3_5', text_config: { model_type: 'qwen3_5_text', layer_types: ['linear_attention'] } },
        RECURRENT,
      ],
    ];
    for (const [config, reason] of causal) {
      const own = new RegExp(`causal language model of type "${String(config['model_type'])}"`);
      assert.throws(() => refuse(config), refused(own));
      assert.throws(() => refuseOtherKinds({ config, isSaidToDiffuse: true }), refused(reason));
    }
  });

  it("tells dLLM's block diffusion models by their names, which is all that differs", () => {
    const config = { model_type: 'a2d-qwen3', architectures: ['A2DQwen3LMHeadModel'], ...DENSE };
    const revision = '8b1a9953c4611296a827abf8c47804d7e6c49c6b';
    const downloads = '/home/me/.infill/downloads';
    for (const name of ['Qwen3-0.6B-diffusion-bd3lm-v0.1', 'Qwen2.5-Coder-0.5B-Instruct-diffusion-bd3lm-v0.1']) {
      assert.throws(() => refuse(config, `${downloads}/dllm-hub--${name}/${revision}`), refused(BLOCKS));
      assert.throws(() => refuse(config, `/models/${name}`), refused(BLOCKS));
    }
    refuse(config, `${downloads}/dllm-hub--Qwen3-0.6B-diffusion-mdlm-v0.1/${revision}`);
    refuse(config, '/home/bd3lm/models/Qwen3-0.6B-diffusion-mdlm-v0.1');
  });

  it('leaves alone what Infill runs', () => {
    const dense: readonly Config[] = [
      { model_type: 'Dream', architectures: ['DreamModel'], mask_token_id: 151666, ...sizes },
      { model_type: 'llada', architectures: ['LLaDAModelLM'], block_group_size: 1, block_type: 'llama' },
      { model_type: 'CoDA', architectures: ['CoDALanguageModel'], mask_block_sizes: [4, 8, 16, 32], ...DENSE },
      { model_type: 'diffuqwen3', layer_types: ['full_attention', 'full_attention'], ...DENSE },
      { model_type: 'qwen2', num_experts: null, ...sizes },
    ];
    for (const config of dense) refuse(config);
  });
});
