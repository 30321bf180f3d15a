import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The version in the package.json of the folder that Infill is installed in. */
export async function ownVersion(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return hasVersion ? String(manifest.version) : 'unknown';
}
