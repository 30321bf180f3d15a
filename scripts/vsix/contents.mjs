import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { runtimeFiles } from './targets.mjs';

const MODEL = 'models/infill-code-135m';
const REQUIRED = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/extension.cjs',
  'dist/worker.cjs',
  'dist/relay.cjs',
  'dist/store.cjs',
  'dist/cli.cjs',
  'dist/denoiseView.js',
  'media/denoiseView.css',
  'dist/THIRD_PARTY_LICENSES.txt',
];

/**
 * Every file that belongs into the package for a target, from the root, except the manifests that are rewritten.
 *
 * @param {string} target
 * @returns {string[]}
 */
export function packageContents(target) {
  const missing = REQUIRED.filter((file) => !existsSync(path.join(root, file)));
  if (missing.length > 0) {
    throw new Error(`The package needs ${missing.join(', ')}, which is not there.`);
  }
  return [
    ...REQUIRED,
    ...namesIn('.', /^(THIRD_PARTY|SUPPORT|SECURITY|package\.nls).*$/),
    ...filesUnder('media').filter((file) => !REQUIRED.includes(file)),
    ...filesUnder('l10n'),
    ...filesUnder('examples'), // for `infill demo`
    ...modelFiles(),
    ...runtimeFiles(target),
    ...filesUnder('node_modules/onnxruntime-node/dist').filter(isCode),
    ...filesUnder('node_modules/onnxruntime-common/dist/cjs').filter(isCode),
  ].sort();
}

/** The bundled model's files as its manifest names them; one of another length was not fully checked out. */
function modelFiles() {
  const manifest = JSON.parse(readFileSync(path.join(root, MODEL, 'manifest.json'), 'utf8'));
  /** @type {{ path: string, bytes: number }[]} */
  const named = [...manifest.weights.files, manifest.tokenizer];
  for (const file of named) {
    const full = path.join(root, MODEL, file.path);
    const bytes = existsSync(full) ? statSync(full).size : undefined;
    if (bytes !== file.bytes) {
      throw new Error(
        `${MODEL}/${file.path} ${bytes === undefined ? 'is missing' : `has ${bytes} bytes instead of ${file.bytes}`}. ` +
          'Restore it from the repository.',
      );
    }
  }
  return ['manifest.json', 'MODEL_CARD.md', ...named.map((file) => file.path)].map((name) => `${MODEL}/${name}`);
}

/** @param {string} file */
function isCode(file) {
  return /\.(js|json)$/.test(file);
}

/**
 * @param {string} folder from the root
 * @returns {string[]}
 */
function filesUnder(folder) {
  if (!existsSync(path.join(root, folder))) {
    return [];
  }
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {string[]}
 */
function namesIn(folder, pattern) {
  return readdirSync(path.join(root, folder)).filter((name) => pattern.test(name));
}
