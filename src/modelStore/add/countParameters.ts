import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensorsHeader } from '../../engine/model/safetensors.js';

/** Number of weights in all safetensors files of a folder, from their headers. */
export async function countParameters(folder: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(folder)) {
    if (name.endsWith('.safetensors')) {
      for (const { shape } of (await readSafetensorsHeader(path.join(folder, name))).values()) {
        count += shape.reduce((product, size) => product * size, 1);
      }
    }
  }
  return count;
}
