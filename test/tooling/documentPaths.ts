import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What is in the repository, as paths from its root with `/`. */
export interface Repository {
  /** Files and folders. */
  readonly paths: ReadonlySet<string>;
  /** Names of files and folders that git ignores: builds and tools make them, so a document may name them. */
  readonly ignored: ReadonlySet<string>;
}

export interface Mention {
  readonly line: number;
  readonly name: string;
}

/** Files that only this repository can have made; a name of data (`.csv`, `.txt`, `.pt`) may be that of what a program writes. */
const OWN_KINDS = /\.(?:ts|mjs|cjs|js|py|sh|toml|json|md|template)$/;
/** What takes the place of a name: `<name>`, `*`, `VERSION`. */
const STANDS_FOR_A_NAME = /[<>*]|^[A-Z][A-Z_-]*$/;
const CODE = /(`+)[\s\S]+?\1|^```[\s\S]+?^```|^ {4}.+$|\]\([^)\s]+\)/gm;
const WORD = /[\w.$~%@<>*/\\-]+/g;

export function readRepository(root: string): Repository {
  const ignored = new Set(
    readFileSync(path.join(root, '.gitignore'), 'utf8')
      .split('\n')
      .map((line) => line.trim().replaceAll(/^\/|\/$/g, '')),
  );
  const paths = new Set<string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (ignored.has(entry.name) || entry.name === '.git') continue;
      paths.add(name);
      if (entry.isDirectory()) visit(name);
    }
  };
  visit('');
  return { paths, ignored };
}

/**
 * The paths and names of files in a Markdown text that the repository does not have. A path from the root has to be there exactly. In
 * code and links others count as well: from the document's folder, or as the end of some path, `createSampler.ts` for example.
 *
 * @param document its own path from the root.
 * @param known names that are no files of the repository.
 */
export function missingPaths(
  document: string,
  text: string,
  repository: Repository,
  known: ReadonlySet<string> = new Set(),
): Mention[] {
  const missing: Mention[] = [];
  const code = [...text.matchAll(CODE)].map(({ index, 0: { length } }) => ({ from: index, to: index + length }));
  for (const { index, 0: word } of text.matchAll(WORD)) {
    const isCode = code.some(({ from, to }) => index >= from && index < to);
    const name = fixedPart(word.replace(/[.-]+$/, ''));
    if (known.has(name) || !isNamed(name, isCode, repository) || isThere(name, document, repository)) continue;
    missing.push({ line: text.slice(0, index).split('\n').length, name });
  }
  return missing;
}

/** A path up to the first segment that only stands for a name. */
function fixedPart(word: string): string {
  const segments = word.split('/');
  const open = segments.findIndex((segment) => STANDS_FOR_A_NAME.test(segment));
  return (open < 0 ? segments : segments.slice(0, open)).filter((segment) => segment !== '').join('/');
}

/** Whether a word claims to be a file or folder of the repository. */
function isNamed(name: string, isCode: boolean, { paths, ignored }: Repository): boolean {
  const [first = ''] = name.split('/');
  if (/^[$~%@\\-]/.test(name) || ignored.has(first)) return false;
  if (name.includes('/')) return isCode || paths.has(first);
  return OWN_KINDS.test(name);
}

function isThere(name: string, document: string, { paths }: Repository): boolean {
  const [first = ''] = name.split('/');
  if (paths.has(name) || paths.has(path.posix.join(path.posix.dirname(document), name))) return true;
  return !(name.includes('/') && paths.has(first)) && [...paths].some((each) => each.endsWith(`/${name}`));
}
