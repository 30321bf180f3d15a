import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The files that a conversion can depend on. */
const READ = /\.(?:safetensors|json|txt)$/;

/**
 * What tells this version of a checkpoint's files: names, lengths, and, where a person may have changed them, the time of the last
 * change in nanoseconds.
 */
export async function sourceIdentity(folder: string, withTimes: boolean): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => READ.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeNs } = await stat(path.join(folder, name), { bigint: true });
      return [name, size, ...(withTimes ? [mtimeNs] : [])].join(' ');
    }),
  );
}
