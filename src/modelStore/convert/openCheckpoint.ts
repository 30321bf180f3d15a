import { readdir } from 'node:fs/promises';
import { InfillError } from '../../shared/infillError.js';
import type { InspectionOptions } from './checkpoint/conversion.js';
import { unsupported } from './checkpoint/unsupported.js';
import { weightHeaders, type WeightHeaders } from './checkpoint/weightHeaders.js';
import { inspectCheckpoint, type InspectedCheckpoint } from './inspectCheckpoint.js';

/** Looks at a checkpoint whose weights are there; its files are to be closed by the caller. Throws as `inspectCheckpoint` does. */
export async function openCheckpoint(
  folder: string,
  options: Omit<InspectionOptions, 'hasData'>,
): Promise<InspectedCheckpoint> {
  return inspectCheckpoint(folder, await presentWeights(folder), { ...options, hasData: true });
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
