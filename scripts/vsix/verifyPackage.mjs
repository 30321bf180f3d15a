import { statSync } from 'node:fs';
import yauzl from 'yauzl';

const LIMIT_BYTES = 200_000_000;
/** vsce renames these. */
const RENAMED = new Map([
  ['README.md', 'readme.md'],
  ['CHANGELOG.md', 'changelog.md'],
  ['LICENSE', 'LICENSE.txt'],
  ['SUPPORT.md', 'support.md'],
]);

/**
 * Checks that a package holds these files and no others, and is small enough to publish.
 *
 * @param {string} file
 * @param {readonly string[]} expected files of the extension, from its folder
 * @returns {Promise<{ files: number, bytes: number }>}
 */
export async function verifyPackage(file, expected) {
  const names = await listPackage(file);
  const held = new Set(names.filter((name) => name.startsWith('extension/')).map((name) => name.slice(10)));
  const wanted = new Set(expected.map((name) => RENAMED.get(name) ?? name));
  const missing = [...wanted].filter((name) => !held.has(name));
  const extra = [...held].filter((name) => !wanted.has(name));
  if (missing.length > 0 || extra.length > 0) {
    const parts = [
      missing.length > 0 ? `lacks ${missing.join(', ')}` : '',
      extra.length > 0 ? `holds ${extra.join(', ')} too` : '',
    ];
    throw new Error(`${file} ${parts.filter(Boolean).join(' and ')}.`);
  }
  const bytes = statSync(file).size;
  if (bytes > LIMIT_BYTES) {
    throw new Error(`${file} has ${bytes} bytes; a package may have ${LIMIT_BYTES}.`);
  }
  return { files: names.length, bytes };
}

/**
 * @param {string} file a .vsix file
 * @returns {Promise<string[]>} the names in it
 */
export async function listPackage(file) {
  const zip = await yauzl.openPromise(file);
  try {
    const names = [];
    for await (const entry of zip.eachEntry()) {
      names.push(entry.fileName);
    }
    return names;
  } finally {
    zip.close();
  }
}
