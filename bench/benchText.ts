import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

/** This project's own TypeScript as one text: real code, the same on every machine that has the same commit. */
export function benchText(): string {
  const folder = path.join(root, 'src', 'engine');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('_pb.ts'))
    .sort();
  return files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
}

export const BUNDLED_MODEL = path.join(root, 'models', 'infill-code-135m');
