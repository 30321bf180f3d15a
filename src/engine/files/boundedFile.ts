import { open } from 'node:fs/promises';
import { InfillError } from '../../shared/infillError.js';
import { type NameOrigin, pathInside } from './pathInside.js';

const MB = 1e6;

/**
 * The largest size, in bytes, of each file that is read as a whole; what is larger is no such file. The largest that are known in
 * public checkpoints are named behind the limits.
 */
const LARGEST: ReadonlyMap<string, number> = new Map([
  ['manifest.json', MB], // 4 KB
  ['config.json', 4 * MB], // 0.1 MB
  ['generation_config.json', MB], // 10 KB
  ['tokenizer_config.json', 16 * MB], // 1.2 MB, Gemma 3
  ['special_tokens_map.json', 4 * MB], // 0.1 MB
  ['added_tokens.json', 4 * MB], // 0.1 MB
  ['tokenizer.json', 64 * MB], // 33 MB, Gemma 3; 11 MB, Qwen 2.5
  ['vocab.json', 32 * MB], // 3 MB, Qwen 2.5
  ['merges.txt', 32 * MB], // 2 MB, Qwen 2.5
  ['model.safetensors.index.json', 32 * MB], // 9 MB, DeepSeek V3
  ['README.md', 4 * MB], // 0.1 MB
  ['MODEL_CARD.md', 4 * MB],
  ['LICENSE', 4 * MB],
]);

/** The most bytes that a file of this name may have; undefined = it is not read as a whole, like weights. */
export function largestBytes(name: string): number | undefined {
  return LARGEST.get(name);
}

/**
 * Reads a file that is read as a whole: `name` in `folder`, as UTF-8. `as` = the file of the table that it is, where a manifest gives it
 * another name. Throws InfillError with the code of `origin` where the name leads
 * elsewhere or the file is larger than any of its kind, and Node's own errors where it is not there or cannot be read.
 */
export async function readBoundedText(folder: string, name: string, origin: NameOrigin, as = name): Promise<string> {
  const largest = largestBytes(as);
  if (largest === undefined) {
    throw new RangeError(`no largest size is stated for ${as}`);
  }
  const file = await pathInside(folder, name, origin);
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > largest) {
      throw new InfillError(
        origin.code,
        `${file} has ${size} bytes; such a file has at most ${largest}.`,
        origin.remedy,
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
