import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fullSequenceTensors } from '../../engine/network/folder/fullSequenceTensors.js';
import type { FullSequenceManifest, HashedFile } from '../../engine/network/folder/manifest.js';
import { InfillError } from '../../shared/infillError.js';
import { requireRoom } from '../files/requireRoom.js';
import type { Conversion, ConversionOptions } from './checkpoint/conversion.js';
import { ConversionJournal } from './conversionJournal.js';
import { WeightsConverter } from './convertWeights.js';
import type { InspectedCheckpoint } from './inspectCheckpoint.js';
import { openCheckpoint } from './openCheckpoint.js';
import { hashedFile, WeightsWriter } from './weightsWriter.js';

/**
 * Makes a model folder of a checkpoint: detects its family, writes its weights in the wanted precision, its tokenizer and a
 * manifest. The folder appears under its name when it is complete, and not at all otherwise; with a `journal` it is written in place,
 * and what an earlier call has converted of the same is used again, if it is still what was written. Memory stays at some 200 MB
 * whatever the model's size.
 * Throws InfillError: model-missing (a file is not there), model-corrupt, model-unsupported (with the reason: no diffusion model
 * that Infill runs, or a question that `answers` must answer), invalid-request (the target exists, no room on the disk), cancelled.
 */
export async function convertCheckpoint(options: ConversionOptions): Promise<Conversion> {
  const { source, target, journal } = options;
  throwIfCancelled(options.signal);
  if (journal === undefined && (await stat(target).catch(() => undefined))) {
    const message = `The folder ${target} exists already.`;
    throw new InfillError('invalid-request', message, 'Remove it first, or choose another name.');
  }
  const { precision, answers = {} } = options;
  const inspected = await openCheckpoint(source, { precision, answers });
  // Beside the target: a folder can only be renamed within a file system.
  const partial = journal === undefined ? `${target}.partial-${randomBytes(4).toString('hex')}` : target;
  try {
    await mkdir(partial, { recursive: true });
    const conversion = await convertInto(partial, inspected, options);
    throwIfCancelled(options.signal);
    if (partial !== target) await rename(partial, target);
    return conversion;
  } finally {
    await inspected.files.close();
    if (partial !== target) await rm(partial, { recursive: true, force: true });
  }
}

async function convertInto(
  folder: string,
  { draft, tensors, tokenizer, notes }: InspectedCheckpoint,
  options: ConversionOptions,
): Promise<Conversion> {
  const { precision, onProgress, signal } = options;
  let doneBytes = 0;
  const converter: WeightsConverter = new WeightsConverter(tensors, {
    afterBlock: (bytes) => {
      throwIfCancelled(signal);
      doneBytes += bytes;
      onProgress?.({ doneBytes, totalBytes: converter.totalBytes });
    },
    blockElements: options.blockElements,
  });

  const journal =
    options.journal === undefined ? undefined : await ConversionJournal.open(options.journal, converter.plan);
  let written: readonly HashedFile[];
  try {
    if (journal?.finished.size === 0) await emptyFolder(folder); // what is there is of another plan, or of none
    await writeFile(path.join(folder, 'tokenizer.json'), tokenizer.text);
    written = await writeWeights(folder, converter, draft, { journal, signal });
  } finally {
    await journal?.close();
  }
  const manifest: FullSequenceManifest = {
    ...draft,
    weights: { precision, files: written.map((file) => ({ ...file, part: 'network' as const })) },
    tokenizer: await hashedFile(folder, 'tokenizer.json'),
  };
  await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return { manifest, notes };
}

interface WriteOptions {
  readonly journal: ConversionJournal | undefined;
  readonly signal: AbortSignal | undefined;
}

async function writeWeights(
  folder: string,
  converter: WeightsConverter,
  draft: FullSequenceManifest,
  { journal, signal }: WriteOptions,
): Promise<readonly HashedFile[]> {
  const writer = await WeightsWriter.create(folder, fullSequenceTensors(draft));
  try {
    const missing = converter.totalBytes - (await writer.allocatedBytes());
    await requireRoom(folder, missing, {
      needs: `The converted model takes ${megabytes(missing)} more`,
      unit: megabytes,
    });
    await converter.writeAll(writer, journal);
    if (journal !== undefined) await writer.flush();
  } finally {
    await writer.close();
  }
  return writer.hashed(signal);
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new InfillError('cancelled', 'The conversion was cancelled.', '');
}
