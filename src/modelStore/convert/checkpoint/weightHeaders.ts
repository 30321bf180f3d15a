import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensorsHeader, type TensorLocation } from '../../../engine/network/folder/safetensors.js';

/** The headers of all *.safetensors in a folder, by path, in the order of their names. Throws InfillError model-corrupt. */
export async function weightHeaders(folder: string): Promise<ReadonlyMap<string, ReadonlyMap<string, TensorLocation>>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
  const files = names.map((name) => path.join(folder, name));
  const headers = await Promise.all(files.map(async (file) => [file, await readSafetensorsHeader(file)] as const));
  return new Map(headers);
}
