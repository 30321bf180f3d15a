import { replaceFile } from './replaceFile.js';

/** Writes a value as JSON, folders included. A reader sees the old file or the new one, never half of one. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await replaceFile(file, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}
