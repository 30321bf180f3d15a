import { open, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadFullSequence } from '../../../src/engine/network/fullSequence/loadFullSequence.js';
import { type FullSequenceParts } from '../../../src/engine/network/fullSequence/parts.js';
import { type FullSequenceManifest, type Precision } from '../../../src/engine/network/folder/manifest.js';
import { readExactly } from '../../../src/engine/files/foreignFile.js';
import { readSafetensorsHeader } from '../../../src/engine/network/folder/safetensors.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import { fullSequenceTensors } from '../../../src/engine/network/folder/fullSequenceTensors.js';
import { checkpointPath, type CHECKPOINTS } from '../fixtures.js';

export type Checkpoint = (typeof CHECKPOINTS)[number];

/** What an independent network computes of a checkpoint's sequences. */
export interface Expected {
  /** [B][L] */
  readonly ids: readonly (readonly number[])[];
  /** [B][L] of [V] */
  readonly logits: readonly (readonly Float32Array[])[];
  /** [B], for networks that are told the noise level. */
  readonly sigma?: readonly number[];
  readonly scores?: readonly (readonly Float32Array[])[];
}

export async function expectedOf(name: Checkpoint): Promise<Expected> {
  const file = checkpointPath(`${name}.expected.safetensors`);
  const { tensors: header } = await readSafetensorsHeader(file);
  const handle = await open(file, 'r');
  const read = async (tensor: string): Promise<Buffer> => {
    const { offset, bytes } = header.get(tensor)!;
    return readExactly(handle, offset, bytes, file);
  };
  const floats = async (tensor: string): Promise<Float32Array> => new Float32Array((await read(tensor)).buffer);
  const rows = async (tensor: string): Promise<Float32Array[][]> => {
    const all = await floats(tensor);
    const [batch, length, vocabulary] = header.get(tensor)!.shape as [number, number, number];
    return Array.from({ length: batch }, (_, b) =>
      Array.from({ length }, (__, row) => all.subarray((b * length + row) * vocabulary).subarray(0, vocabulary)),
    );
  };
  try {
    const ids = new Int32Array((await read('ids')).buffer);
    const [batch, length] = header.get('ids')!.shape as [number, number];
    return {
      ids: Array.from({ length: batch }, (_, b) => Array.from(ids.subarray(b * length, (b + 1) * length))),
      logits: await rows('logits'),
      ...(header.has('sigma') ? { sigma: Array.from(await floats('sigma')), scores: await rows('scores') } : {}),
    };
  } finally {
    await handle.close();
  }
}

/** Runs `use` with a folder that is removed afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'infill-convert-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Converts a checkpoint, loads its parts on the CPU as `changed` would have its manifest, and lets go of them after `use`. */
export async function withConverted<T>(
  name: Checkpoint,
  precision: Precision,
  use: (parts: FullSequenceParts) => Promise<T>,
  changed: (manifest: FullSequenceManifest) => FullSequenceManifest = (manifest) => manifest,
  source = checkpointPath(name),
): Promise<T> {
  return withFolder(async (folder) => {
    const target = path.join(folder, name);
    const { manifest } = await convertCheckpoint({ source, target, precision });
    const asked = changed(manifest);
    await dropOthers(target, asked);
    const parts = await loadFullSequence(target, asked, { device: 'cpu', threads: 1 });
    try {
      return await use(parts);
    } finally {
      await parts.dispose();
    }
  });
}

type Header = Record<string, { data_offsets: [number, number] }>;

/** Leaves the folder the tensors that a model of `manifest` has. */
async function dropOthers(folder: string, manifest: FullSequenceManifest): Promise<void> {
  const wanted = new Set(Array.from(fullSequenceTensors(manifest), ({ name }) => name));
  for (const { path: name } of manifest.weights.files) {
    const file = path.join(folder, name);
    const bytes = await readFile(file);
    const begin = 8 + Number(bytes.readBigUInt64LE());
    const { __metadata__: _, ...header } = JSON.parse(bytes.toString('utf8', 8, begin)) as Header;
    const kept: Header = {};
    const data: Buffer[] = [];
    let end = 0;
    for (const [tensor, entry] of Object.entries(header)) {
      if (!wanted.has(tensor)) continue;
      const [from, to] = entry.data_offsets;
      data.push(bytes.subarray(begin + from, begin + to));
      kept[tensor] = { ...entry, data_offsets: [end, (end += to - from)] };
    }
    const text = JSON.stringify(kept).padEnd(begin - 8); // as long as before, so that data stay aligned
    await writeFile(file, Buffer.concat([bytes.subarray(0, 8), Buffer.from(text), ...data]));
  }
}
