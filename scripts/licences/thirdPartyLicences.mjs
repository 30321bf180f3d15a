import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { OTHER_WORKS, PACKAGES_WITHOUT_TEXT } from './addedLicences.mjs';

const TEXTS = path.join(import.meta.dirname, 'texts');
/** Shipped as they are, beside the bundles: scripts/vsix/stage.mjs. */
const UNBUNDLED = ['node_modules/onnxruntime-common', 'node_modules/onnxruntime-node'];
const RULE = '='.repeat(100);

/**
 * The npm packages that files of bundles come from.
 *
 * @param {Iterable<string>} inputs of esbuild's metafile, from the root
 * @returns {string[]} their folders from the root
 */
export function packagesOf(inputs) {
  const folders = Array.from(inputs, (file) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file)?.[0] ?? '');
  return Array.from(new Set(folders.filter((folder) => folder !== ''))).sort();
}

/**
 * The licence texts of everything that Infill is shipped with, for dist/THIRD_PARTY_LICENSES.txt.
 *
 * @param {readonly string[]} bundled folders of npm packages, from the root
 * @param {string} [top] the root
 * @returns {string}
 * @throws where a package has no licence text, or the one that was added for it is of another version.
 */
export function thirdPartyLicences(bundled, top = root) {
  const packages = [...bundled, ...UNBUNDLED].sort().map((folder) => packageSection(folder, top));
  const others = OTHER_WORKS.map((work) => section(work.name, [...head(work), ...work.files.map(addedText)]));
  return [
    'What Infill is shipped with besides its own code, and the licences of that. THIRD_PARTY_NOTICES.md is the summary.\n',
    ...packages,
    ...others,
  ].join('\n');
}

/**
 * @param {string} folder
 * @param {string} top
 */
function packageSection(folder, top) {
  /** @type {{ name: string, version: string, license?: string }} */
  const { name, version, license } = JSON.parse(readFileSync(path.join(top, folder, 'package.json'), 'utf8'));
  const title = `${name} ${version}: ${license ?? 'see below'}`;
  const own = licenceFiles(path.join(top, folder));
  const added = Object.hasOwn(PACKAGES_WITHOUT_TEXT, name) ? PACKAGES_WITHOUT_TEXT[name] : undefined;
  if (own.some((file) => !file.includes('/'))) {
    return section(
      title,
      own.flatMap((file) => [
        ...(file.includes('/') ? [`${file}:`] : []), // of what it carries of others
        readFileSync(path.join(top, folder, file), 'utf8'),
      ]),
    );
  }
  if (added === undefined) {
    throw new Error(
      `${folder} has no licence text, and what holds it may not be given on without one. ` +
        'Put the text that its makers publish into scripts/licences/texts and name it in scripts/licences/addedLicences.mjs.',
    );
  }
  if (added.version !== version) {
    throw new Error(
      `The licence text of ${name} is that of version ${added.version}, installed is ${version}. ` +
        'Look whether it has changed, and renew it in scripts/licences.',
    );
  }
  return section(title, [...head(added), ...added.files.map(addedText)]);
}

/**
 * A package's own licences and notices, also of what it carries of others: files from its folder, its own first.
 *
 * @param {string} folder
 */
function licenceFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice|third.?party)([-._].*)?$/iu.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => !file.includes('node_modules/') && !/\.(?:[cm]?[jt]s|map)$/u.test(file))
    .sort((a, b) => Number(a.includes('/')) - Number(b.includes('/')) || (a < b ? -1 : 1));
}

/** @param {import('./addedLicences.mjs').AddedLicence} added */
function head({ notice, says }) {
  return [says, notice].filter((each) => each !== undefined);
}

/** @param {string} file */
function addedText(file) {
  return readFileSync(path.join(TEXTS, file), 'utf8');
}

/**
 * @param {string} title
 * @param {readonly string[]} parts
 */
function section(title, parts) {
  return `${RULE}\n${title}\n${RULE}\n\n${parts.map((part) => `${part.replaceAll('\r\n', '\n').trim()}\n`).join('\n')}`;
}
