import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import { root } from '../steps/root.mjs';

/** What a source file says of itself -> the constant that says it in a bundle, where the file is no longer in its place. */
const OWN_PLACE = {
  'import.meta.url': 'sourceUrl',
  'import.meta.dirname': 'sourceFolder',
  'import.meta.filename': 'sourceFile',
};

/** Takes a minute on one core, so that it should not begin when little else is left. */
export const LONG = 'damagedFiles.test.ts';

/**
 * Turns test files into JavaScript at once, so that their processes need not. What they share stands in files beside them, packages
 * stay outside.
 *
 * @param {readonly string[]} files from the root
 * @param {string} folder for the result, from the root; emptied before
 * @returns {Promise<string[]>} the JavaScript of each, from the root
 */
export async function bundledTests(files, folder) {
  rmSync(path.join(root, folder), { recursive: true, force: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: files.map((file) => ({ in: file, out: placeOf(file) })),
    outdir: folder,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'esm',
    define: OWN_PLACE,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    logOverride: { 'import-is-undefined': 'silent' }, // of what the fake editor does not have
    alias: { vscode: './test/extension/fakeVscode.ts' },
    plugins: [ownPlacePlugin],
  });
  return files.map((file) => path.join(folder, `${placeOf(file)}.js`));
}

/**
 * Where the JavaScript of a test file stands, without its extension. Node's test runner goes by the alphabet.
 *
 * @param {string} file
 */
function placeOf(file) {
  return path.join(path.basename(file) === LONG ? 'first' : '', file.replace(/\.ts$/, ''));
}

/** @type {import('esbuild').Plugin} */
const ownPlacePlugin = {
  name: 'own place',
  setup(build) {
    build.onLoad({ filter: /\.(?:ts|mjs)$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const place = { sourceUrl: pathToFileURL(file).href, sourceFolder: path.dirname(file), sourceFile: file };
      const constants = Object.entries(place).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
      // On the first line, so that the others keep their numbers.
      return { contents: `${constants.join(' ')} ${source}`, loader: file.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};
