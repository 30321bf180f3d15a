import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..', '..');
const SOURCES = path.join(ROOT, 'src', 'extension');

/** All TypeScript files of the extension: path relative to src/extension, with `/`, and text. */
export async function sourceFiles(): Promise<{ name: string; text: string }[]> {
  const names = await readdir(SOURCES, { recursive: true });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(path.join(SOURCES, name), 'utf8') }));
}

export function readJson(name: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, name), 'utf8'));
}
