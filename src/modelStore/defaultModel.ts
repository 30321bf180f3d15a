import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { InfillError } from '../shared/infillError.js';
import { writeJsonFile } from './files/writeJsonFile.js';

const settingsSchema = z.object({ model: z.string() });

function settingsFile(data: string): string {
  return path.join(data, 'settings.json');
}

/** The name of the model that the command line uses where nothing else is said; '' = the bundled one. Throws InfillError. */
export async function readDefaultModel(data: string): Promise<string> {
  const file = settingsFile(data);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return ''; // nothing was chosen yet
  }
  try {
    return settingsSchema.parse(JSON.parse(text)).model;
  } catch (error) {
    const remedy = 'Delete it, or write {"model": "NAME"} into it.';
    throw new InfillError('invalid-request', `${file} does not say which model to use.`, remedy, { cause: error });
  }
}

/** Writes the command line's default model; '' = the bundled one. */
export async function writeDefaultModel(data: string, name: string): Promise<void> {
  await writeJsonFile(settingsFile(data), { model: name });
}
