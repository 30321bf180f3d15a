import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import { GraphBuilder } from '../../../src/engine/network/onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../../../src/engine/network/onnx/onnx_pb.js';
import { floatTensor, OrtSession } from '../../../src/engine/network/runtime/ortRuntime.js';
import { decodeFloats } from '../../../src/modelStore/convert/checkpoint/decodeFloats.js';
import { quantizeInt4, quantizeInt8 } from '../../../src/modelStore/convert/quantizeRows.js';

const WIDTH = 64;
const ROWS = 8;
const rows = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => Math.sin(i * 12.9898) * (1 + (i % 7)));

/** The same in the plainest words. */
function plainInt8(all: Float32Array): ReturnType<typeof quantizeInt8> {
  const scales = Float32Array.from({ length: all.length / WIDTH }, (_, r) => {
    const row = all.subarray(r * WIDTH, (r + 1) * WIDTH);
    return Math.fround(Math.max(...row.map(Math.abs)) / 127) || 1;
  });
  return { values: Int8Array.from(all, (value, i) => Math.round(value / scales[Math.floor(i / WIDTH)]!)), scales };
}

function plainInt4(all: Float32Array): ReturnType<typeof quantizeInt4> {
  const scales = Float32Array.from({ length: all.length / 32 }, (_, b) => {
    const block = all.subarray(32 * b, 32 * (b + 1));
    const peak = block.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    return Math.fround(peak / -8) || 1;
  });
  const level = (i: number): number => Math.min(15, Math.max(0, Math.round(all[i]! / scales[Math.floor(i / 32)]!) + 8));
  return {
    values: Uint8Array.from({ length: all.length / 2 }, (_, i) => level(2 * i) | (level(2 * i + 1) << 4)),
    scales,
  };
}

describe('quantisation', () => {
  it('int8: every value within half a step of its row, the largest exactly', () => {
    const { values, scales } = quantizeInt8(rows, WIDTH);
    for (const [i, value] of rows.entries()) {
      const scale = scales[Math.floor(i / WIDTH)]!;
      assert.ok(Math.abs(values[i]! * scale - value) <= scale * 0.5001);
    }
    for (let r = 0; r < ROWS; r++) {
      const own = values.subarray(r * WIDTH, (r + 1) * WIDTH);
      assert.equal(Math.max(...own.map(Math.abs)), 127);
    }
  });

  it('int4: every value within a step of its block', () => {
    const { values, scales } = quantizeInt4(rows, WIDTH);
    for (const [i, value] of rows.entries()) {
      const level = (values[i >> 1]! >> (i % 2 === 0 ? 0 : 4)) & 15;
      const scale = scales[Math.floor(i / 32)]!;
      // Half a step; a whole one where the value of opposite sign is as large as the largest.
      assert.ok(Math.abs((level - 8) * scale - value) <= Math.abs(scale) * 1.0001);
    }
  });

  it('rounds as Math.round of the quotient does, exact halves and numbers that are none included', () => {
    const random = seededRandom(3);
    const odd = [0, -0, 2 ** -149, -(2 ** -126), 3.4e38, Infinity, -Infinity, NaN];
    for (let n = 0; n < 3000; n++) {
      const scale = 2 ** Math.floor(random.uniform() * 250 - 140);
      // A few bits each, as bfloat16 has them, so that quotients are often exact halves; or all of them.
      const bits = n % 2 === 0 ? 2 ** 7 : 2 ** 23;
      const some = Float32Array.from({ length: WIDTH }, (_, i) =>
        n % 10 === 9 && i % 5 === 0
          ? (odd[Math.floor(random.uniform() * odd.length)] ?? 0)
          : (Math.round((random.uniform() - 0.5) * 2 * bits) / bits) * scale,
      );
      if (n % 3 === 0) some[7] = 127 * scale; // a scale of one bit
      assert.deepEqual(quantizeInt8(some, WIDTH), plainInt8(some));
      if (n % 3 === 1) some[7] = -8 * scale;
      assert.deepEqual(quantizeInt4(some, WIDTH), plainInt4(some));
    }
  });

  it('rows of zeros stay zeros', () => {
    const zeros = new Float32Array(WIDTH);
    assert.ok(quantizeInt8(zeros, WIDTH).values.every((value) => value === 0));
    assert.ok(quantizeInt4(zeros, WIDTH).values.every((value) => value === 0x88));
    assert.ok(quantizeInt4(zeros, WIDTH).scales.every((scale) => scale === 1));
  });

  it("int4 is what onnxruntime's MatMulNBits reads", async () => {
    const { values, scales } = quantizeInt4(rows, WIDTH);
    const graph = new GraphBuilder('int4');
    const input = graph.input('input', DataType.FLOAT, [WIDTH, WIDTH]);
    const packed = graph.input('packed', DataType.UINT8, [ROWS, WIDTH / 32, 16]);
    const scale = graph.input('scale', DataType.FLOAT, [scales.length]);
    const attributes = { K: { int: WIDTH }, N: { int: ROWS }, bits: { int: 4 }, block_size: { int: 32 } };
    const product = graph.op('MatMulNBits', [input, packed, scale], {
      domain: 'com.microsoft',
      name: 'product',
      attributes,
    });
    graph.output(product, DataType.FLOAT, [WIDTH, ROWS]);
    const session = await OrtSession.create(graph.toBytes(), { device: 'cpu', threads: 1, folder: '.' });
    // The product with the identity is the weights themselves.
    const identity = Float32Array.from({ length: WIDTH * WIDTH }, (_, i) => (i % (WIDTH + 1) === 0 ? 1 : 0));
    const { uint8Tensor } = await import('../../../src/engine/network/runtime/ortRuntime.js');
    const outputs = await session.run({
      input: floatTensor(identity, [WIDTH, WIDTH]),
      packed: uint8Tensor(values, [ROWS, WIDTH / 32, 16]),
      scale: floatTensor(scales, [scales.length]),
    });
    const found = outputs['product']!.data as Float32Array;
    for (let r = 0; r < ROWS; r++) {
      for (let i = 0; i < WIDTH; i++) {
        const level = (values[(r * WIDTH + i) >> 1]! >> (i % 2 === 0 ? 0 : 4)) & 15;
        const expected = (level - 8) * scales[Math.floor((r * WIDTH + i) / 32)]!;
        assert.ok(Math.abs(found[i * ROWS + r]! - expected) < 1e-5);
      }
    }
    await session.dispose();
  });
});

describe('decodeFloats', () => {
  const bytesOf = (values: Uint16Array): Buffer => Buffer.from(values.buffer);

  it('bfloat16 and float16, subnormal and special values included', () => {
    const bf16 = bytesOf(Uint16Array.of(0x3f80, 0xc0a0, 0x0000, 0x7f80));
    assert.deepEqual(Array.from(decodeFloats(bf16, 'BF16', 'x')), [1, -5, 0, Infinity]);
    const f16 = bytesOf(Uint16Array.of(0x3c00, 0xc500, 0x0001, 0x7bff, 0xfc00, 0x8000));
    assert.deepEqual(Array.from(decodeFloats(f16, 'F16', 'x')), [1, -5, 2 ** -24, 65504, -Infinity, -0]);
  });

  it('refuses numbers that are no floats', () => {
    assert.throws(() => decodeFloats(Buffer.alloc(4), 'I32', 'x'), { code: 'model-unsupported', message: /I32/ });
  });
});
