import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TensorType } from '../../../../src/engine/network/folder/safetensors.js';
import {
  leftoverNote,
  refuseQuantizedConfig,
  refuseQuantizedTensors,
} from '../../../../src/modelStore/convert/checkpoint/quantized.js';

const header = (tensors: Readonly<Record<string, TensorType>>): Parameters<typeof refuseQuantizedTensors>[0] => {
  const placed = Object.entries(tensors).map(
    ([name, dtype]) => [name, { dtype, shape: [2], offset: 0, bytes: 2 }] as const,
  );
  return new Map([['model.safetensors', { tensors: new Map(placed), metadata: new Map() }]]);
};

void describe('a quantized checkpoint', () => {
  // As the programs that make them write config.json (transformers' documentation of quantization; mlx-lm).
  for (const [how, config] of [
    ['GPTQ, 4 bits', { quantization_config: { bits: 4, group_size: 128, quant_method: 'gptq', desc_act: false } }],
    ['AWQ, 4 bits', { quantization_config: { bits: 4, quant_method: 'awq', version: 'gemm', zero_point: true } }],
    ['bitsandbytes, 4 bits', { quantization_config: { load_in_4bit: true, quant_method: 'bitsandbytes' } }],
    ['bitsandbytes, 8 bits', { quantization_config: { load_in_8bit: true, load_in_4bit: false } }],
    ['FP8', { quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128], fmt: 'e4m3' } }],
    ['MXFP4', { quantization_config: { quant_method: 'mxfp4', modules_to_not_convert: [] } }],
    ['compressed-tensors', { quantization_config: { quant_method: 'compressed-tensors' } }],
    ['AWQ', { quantization_config: { quant_method: 'AWQ', bits: '4' } }],
    ['compressed-tensors', { compression_config: { quant_method: 'compressed-tensors' } }],
    ['by a method that Infill does not know', { quantization_config: { quant_method: '\u001b[2J' } }],
    ['MLX, 4 bits', { quantization: { group_size: 64, bits: 4 } }],
  ] as const) {
    it(`is refused by its configuration: ${how}`, () => {
      assert.throws(() => refuseQuantizedConfig({ model_type: 'Dream', ...config }, 'owner/base', true), {
        code: 'model-unsupported',
        message: `The checkpoint cannot be converted: its weights are quantized already (${how}).`,
        remedy: /^Get owner\/base, .*bfloat16/,
      });
    });
  }

  for (const [method, tensors] of [
    [/GPTQ or AWQ/, { 'model.layers.0.q_proj.qweight': 'I32', 'model.layers.0.q_proj.scales': 'F16' }],
    [/bitsandbytes/, { 'model.layers.0.q_proj.weight': 'U8', 'model.layers.0.q_proj.weight.absmax': 'F32' }],
    [/bitsandbytes|whole numbers/, { 'a.weight': 'I8', 'a.SCB': 'F32' }],
    [/FP8/, { 'a.weight': 'F8_E4M3', 'a.weight_scale_inv': 'F32' }],
    [/MXFP4/, { 'mlp.experts.gate_up_proj_blocks': 'U8', 'mlp.experts.gate_up_proj_scales': 'U8' }],
    [/whole numbers/, { 'a.weight_packed': 'I32' }],
    [/whole numbers/, { 'a.weight': 'U32', 'a.scales': 'BF16', 'a.biases': 'BF16' }],
  ] as const) {
    it(`is refused by the headers of its weights: ${method.source}`, () => {
      assert.throws(() => refuseQuantizedTensors(header(tensors)), {
        code: 'model-unsupported',
        message: method,
        remedy: /the repository that it was made of/,
      });
    });
  }

  it('is none by what bitsandbytes left in the configuration, where the tensors can be looked at', () => {
    for (const left of [{ load_in_4bit: true, quant_method: 'bitsandbytes' }, { load_in_8bit: true }]) {
      const config = { quantization_config: left };
      refuseQuantizedConfig(config);
      assert.match(leftoverNote(config) ?? '', /says that the weights are quantized .* taken as they are/);
    }
    assert.throws(() => refuseQuantizedConfig({ quantization_config: { quant_method: 'gptq', bits: 4 } }));
  });

  it('is not what other checkpoints are taken for', () => {
    const off = { load_in_4bit: false, load_in_8bit: false };
    for (const config of [
      {},
      { quantization_config: null },
      { quantization_config: 'x' },
      { quantization_config: {} },
      { quantization_config: { quant_method: null } },
      { quantization_config: off },
      { quantization_config: { ...off, quant_method: 'bitsandbytes' } },
      { torch_dtype: 'float8_e4m3fn' },
      [],
      null,
    ]) {
      refuseQuantizedConfig(config, undefined, true);
      assert.equal(leftoverNote(config), undefined);
    }
    const types = {
      'a.weight': 'BF16',
      'b.weight': 'F64',
      'c.weight': 'F16',
      'd.bias': 'F32',
      position_ids: 'I64',
    } as const;
    refuseQuantizedTensors(header(types));
  });
});
