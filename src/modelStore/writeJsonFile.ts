import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a value as JSON, folders included. A reader sees the old file or the new one, never half of one. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, `${JSON.stringify(value, null, 2)}\n`);
  await rename(fresh, file);
}
