// A model folder of a given shape with random weights: what it costs is what weights of that shape cost; what it says is nothing.
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fullSequenceTensors } from '../../src/engine/network/folder/fullSequenceTensors.js';
import type { ExpectedTensor } from '../../src/engine/network/folder/expectedTensor.js';
import type { FullSequenceManifest } from '../../src/engine/network/folder/manifest.js';
import { TensorProto_DataType as DataType } from '../../src/engine/network/onnx/onnx_pb.js';
import { type Extent, hashedFile, WeightsWriter } from '../../src/modelStore/convert/weightsWriter.js';
import { BUNDLED_MODEL } from '../benchText.js';

/** Written again and again: random enough for products, and made once. */
const CHUNK_BYTES = 1 << 24;
/** Standard deviations of uniform bytes, and of uniform halves of bytes. */
const SPREAD = { [DataType.INT8]: 73.9, [DataType.UINT8]: 4.6 };

/** Writes weights for every tensor of `draft`, a tokenizer and a manifest into `folder`, which is made. */
export async function writeSyntheticModel(folder: string, draft: FullSequenceManifest): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tensors = Array.from(fullSequenceTensors(draft));
  const random = new Uint8Array(randomBytes(CHUNK_BYTES));
  const writer = await WeightsWriter.create(folder, tensors);
  try {
    for (const tensor of tensors) {
      if (tensor.type === DataType.FLOAT)
        await writer.write(pieceOf(tensor.name, 0, product(tensor.shape) * 4), floatsOf(tensor, tensors));
      else await writeRandom(writer, tensor, random);
    }
  } finally {
    await writer.close();
  }
  const files = (await writer.hashed()).map((file) => ({ ...file, part: 'network' as const }));
  await copyFile(path.join(BUNDLED_MODEL, 'tokenizer.json'), path.join(folder, 'tokenizer.json'));
  const tokenizer = await hashedFile(folder, 'tokenizer.json');
  const manifest = { ...draft, weights: { ...draft.weights, files }, tokenizer };
  await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

async function writeRandom(writer: WeightsWriter, { name, shape }: ExpectedTensor, random: Uint8Array): Promise<void> {
  const bytes = product(shape);
  for (let at = 0; at < bytes; at += random.length) {
    const piece = random.subarray(0, Math.min(random.length, bytes - at));
    await writer.write(pieceOf(name, at, piece.length), piece);
  }
}

/** Bytes of a tensor that lie behind each other. */
function pieceOf(name: string, at: number, bytes: number): Extent {
  return { name, at, run: bytes, runs: 1, stride: bytes };
}

/** Norms are 1, biases 0, and scales such that what leaves a product is as large as what enters it. */
function floatsOf({ name, shape }: ExpectedTensor, all: readonly ExpectedTensor[]): Float32Array {
  const values = new Float32Array(product(shape));
  if (!name.endsWith('.scale')) return values.fill(/(?:norm|Norm)\d?$/.test(name) ? 1 : 0);
  const weight = all.find((tensor) => tensor.name === name.replace(/scale$/, 'weight'));
  const [first = 1, second = 1, third = 1] = weight?.shape ?? [];
  const isInt4 = weight?.type === DataType.UINT8;
  const inputs = isInt4 ? second * third * 2 : name === 'embedding.scale' ? second : first;
  return values.fill(1 / (SPREAD[isInt4 ? DataType.UINT8 : DataType.INT8] * Math.sqrt(inputs)));
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
