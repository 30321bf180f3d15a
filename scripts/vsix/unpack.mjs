import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';

/**
 * Unpacks a .vsix file as VS Code does when it installs one.
 *
 * @param {string} file
 * @param {string} folder is made anew
 * @returns {Promise<string>} the extension's folder in it
 */
export async function unpackPackage(file, folder) {
  rmSync(folder, { recursive: true, force: true });
  const zip = await yauzl.openPromise(file);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) {
        continue;
      }
      const target = path.join(folder, entry.fileName);
      mkdirSync(path.dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    }
  } finally {
    zip.close();
  }
  return path.join(folder, 'extension');
}
