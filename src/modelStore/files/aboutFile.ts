import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The file that says, in a folder of what is not finished, what that is of. */
export const ABOUT = 'about.json';

/** What the file of `folder` says as `member`; undefined where it says nothing. */
export async function readAbout(folder: string, member: string): Promise<string | undefined> {
  try {
    const about: unknown = JSON.parse(await readFile(path.join(folder, ABOUT), 'utf8'));
    const isSaid = typeof about === 'object' && about !== null && Object.hasOwn(about, member);
    return isSaid ? String(Reflect.get(about, member)) : undefined;
  } catch {
    return undefined; // it has only just begun, or was damaged
  }
}
