import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fullSequenceTensors } from '../../engine/network/folder/fullSequenceTensors.js';
import type { FullSequenceManifest } from '../../engine/network/folder/manifest.js';
import { InfillError } from '../../shared/infillError.js';
import type { Conversion, ConversionOptions } from './checkpoint/conversion.js';
import { unsupported } from './checkpoint/unsupported.js';
import { weightHeaders, type WeightHeaders } from './checkpoint/weightHeaders.js';
import { WeightsConverter } from './convertWeights.js';
import { inspectCheckpoint, type InspectedCheckpoint } from './inspectCheckpoint.js';
import { hashedFile, WeightsWriter } from './weightsWriter.js';

/**
 * Makes a model folder of a checkpoint: detects its family, writes its weights in the wanted precision, its tokenizer and a
 * manifest. The folder appears under its name when it is complete, and not at all otherwise. Memory stays at some 200 MB
 * whatever the model's size.
 * Throws InfillError: model-missing (a file is not there), model-corrupt, model-unsupported (with the reason: no diffusion model
 * that Infill runs, or a question that `answers` must answer), invalid-request (the target exists), cancelled.
 */
export async function convertCheckpoint(options: ConversionOptions): Promise<Conversion> {
  const { source, target } = options;
  throwIfCancelled(options.signal);
  if (await stat(target).catch(() => undefined)) {
    const message = `The folder ${target} exists already.`;
    throw new InfillError('invalid-request', message, 'Remove it first, or choose another name.');
  }
  const { precision, answers = {} } = options;
  const weights = await presentWeights(source);
  const inspected = await inspectCheckpoint(source, weights, { precision, answers, hasData: true });
  // Beside the target: a folder can only be renamed within a file system.
  const partial = `${target}.partial-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(partial, { recursive: true });
    const conversion = await convertInto(partial, inspected, options);
    throwIfCancelled(options.signal);
    await rename(partial, target);
    return conversion;
  } finally {
    await inspected.files.close();
    await rm(partial, { recursive: true, force: true });
  }
}

async function convertInto(
  folder: string,
  { draft, layout, tokenizer, files, notes }: InspectedCheckpoint,
  { precision, onProgress, signal }: ConversionOptions,
): Promise<Conversion> {
  let doneBytes = 0;
  const converter = new WeightsConverter(files, draft, layout, (bytes) => {
    throwIfCancelled(signal);
    doneBytes += bytes;
    onProgress?.({ doneBytes, totalBytes: writer.totalBytes });
  });

  await writeFile(path.join(folder, 'tokenizer.json'), tokenizer.text);
  const writer = await WeightsWriter.create(folder, fullSequenceTensors(draft));
  try {
    await converter.writeAll(writer);
  } finally {
    await writer.close();
  }
  const written = await writer.hashed();
  const manifest: FullSequenceManifest = {
    ...draft,
    weights: { precision, files: written.map((file) => ({ ...file, part: 'network' as const })) },
    tokenizer: await hashedFile(folder, 'tokenizer.json'),
  };
  await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return { manifest, notes };
}

/** The headers of a folder's weights. Throws InfillError also where there are none. */
async function presentWeights(folder: string): Promise<WeightHeaders> {
  const names = await readdir(folder).catch(() => []);
  const isThere = names.some((name) => name.endsWith('.safetensors'));
  if (!isThere && names.some((name) => /\.(bin|pt|pth|ckpt)$/.test(name))) {
    throw unsupported('its weights are pickled Python objects', 'Save them with save_pretrained as safetensors first.');
  }
  const weights = isThere ? await weightHeaders(folder) : undefined;
  if (weights !== undefined && weights.files.size > 0) return weights;
  throw new InfillError(
    'model-missing',
    `There are no *.safetensors in ${folder}.`,
    'Choose a folder that holds config.json, tokenizer.json and *.safetensors, as a model hub has them.',
  );
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new InfillError('cancelled', 'The conversion was cancelled.', '');
}
