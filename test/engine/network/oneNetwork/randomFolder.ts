import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import { expectedTensors } from '../../../../src/engine/network/folder/expectedTensors.js';
import type { OneNetworkManifest } from '../../../../src/engine/network/folder/manifest.js';
import { TensorProto_DataType as DataType } from '../../../../src/engine/network/onnx/onnx_pb.js';
import { TINY_FP32 } from '../../fixtures.js';

export const TOKENS = { start: 0, mask: 16, endOfMiddle: 13, suffix: 14 };

/** Which of the two kinds of weights, in which precision, with which limits. */
export interface RandomModel {
  readonly precision: 'int8' | 'fp32';
  readonly adapters: boolean;
  readonly limits?: OneNetworkManifest['limits'];
}

/** Writes a small one-network model with random weights and the tiny models' tokenizer into `folder`. The same each time. */
export async function writeRandomFolder(folder: string, { precision, adapters, limits }: RandomModel): Promise<void> {
  const tokenizer = await readFile(path.join(TINY_FP32, 'tokenizer.json'));
  await writeFile(path.join(folder, 'tokenizer.json'), tokenizer);
  const { recommended } = JSON.parse(
    await readFile(path.join(TINY_FP32, 'manifest.json'), 'utf8'),
  ) as OneNetworkManifest;
  const manifest = {
    ...{ format: 1, name: 'random', displayName: 'Random', version: '0.0.0', license: 'MIT', description: '' },
    architecture: {
      ...{ kind: 'one-network', hiddenSize: 48, layers: 3, attentionHeads: 6, keyValueHeads: 2, headSize: 16 },
      ...{ feedForwardSize: 96, vocabularySize: 512, ropeTheta: 100000, normEpsilon: 1e-5, trunkPosition: 64 },
      ...(adapters ? { adapterRank: 8 } : {}),
    },
    tokens: TOKENS,
    limits: limits ?? { prefix: 64, suffix: 32, canvas: 32 },
    recommended,
    weights: { precision, files: [] as unknown[] },
    tokenizer: hashed('tokenizer.json', tokenizer),
  };
  const tensors = [...expectedTensors(manifest as unknown as OneNetworkManifest)];
  const random = seededRandom(7);
  for (const part of adapters ? ['network', 'adapters'] : ['network']) {
    const own = tensors.filter(({ name }) => name.startsWith('adapters.') === (part === 'adapters'));
    const header: Record<string, unknown> = {};
    const data: Buffer[] = [];
    let offset = 0;
    for (const { name, type, shape } of own) {
      const size = shape.reduce((product, each) => product * each, 1);
      const draw = (): number => (random.uniform() + random.uniform() + random.uniform() - 1.5) * 2;
      const values = Float32Array.from({ length: size }, () => valueOf(name, shape, draw()));
      const stored = type === DataType.FLOAT ? values : Int8Array.from(values, (value) => Math.round(value));
      const bytes = Buffer.from(stored.buffer);
      header[name] = {
        dtype: type === DataType.FLOAT ? 'F32' : 'I8',
        shape,
        data_offsets: [offset, (offset += bytes.length)],
      };
      data.push(bytes);
    }
    // The values begin at a multiple of eight bytes.
    const text = JSON.stringify(header);
    const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(padded.length));
    const file = Buffer.concat([length, padded, ...data]);
    await writeFile(path.join(folder, `${part}.safetensors`), file);
    manifest.weights.files.push({ ...hashed(`${part}.safetensors`, file), part });
  }
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));

  /** `draw` is about normally distributed. */
  function valueOf(name: string, shape: readonly number[], draw: number): number {
    const spread = name.startsWith('embedding') ? 1 : 1.5 / Math.sqrt(shape[0]!);
    if (/norm/u.test(name)) return 1 + 0.1 * draw;
    if (name.endsWith('.scale')) return (spread / 40) * (1 + 0.1 * draw);
    if (name.endsWith('.weight'))
      return precision === 'int8' ? Math.max(-127, Math.min(127, 40 * draw)) : spread * draw;
    return 0.5 * draw;
  }
}

function hashed(name: string, bytes: Buffer): { path: string; bytes: number; sha256: string } {
  return { path: name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
