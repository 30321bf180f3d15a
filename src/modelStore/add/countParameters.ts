import { weightHeaders } from '../convert/checkpoint/weightHeaders.js';

/** Number of weights in all safetensors files of a folder, from their headers. */
export async function countParameters(folder: string): Promise<number> {
  let count = 0;
  for (const header of (await weightHeaders(folder)).values()) {
    for (const { shape } of header.values()) count += shape.reduce((product, size) => product * size, 1);
  }
  return count;
}
