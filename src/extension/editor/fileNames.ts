import { realpathSync } from 'node:fs';
import * as vscode from 'vscode';

/** Looked up once for each document: a pattern is asked for with every key. */
const targets = new WeakMap<vscode.TextDocument, string>();

/**
 * The document's path as patterns may mean it: absolute, relative to its workspace folder, and of the file it is a link to. Separators
 * are `/`.
 */
export function pathsForPatterns(document: vscode.TextDocument): string[] {
  return pathsOf(document.uri, targetOf(document));
}

/** The same for any file of which it is known where it really lies. */
export function pathsOf(uri: vscode.Uri, target: string): string[] {
  const paths = [uri.path, vscode.workspace.asRelativePath(uri, false), target];
  return [...new Set(paths.map((path) => path.replaceAll('\\', '/')))];
}

/** Where the document's file really lies; its path where that cannot be told, as on another machine. */
function targetOf(document: vscode.TextDocument): string {
  const known = targets.get(document);
  if (known !== undefined) {
    return known;
  }
  const { scheme, path, fsPath } = document.uri;
  let target = path;
  if (scheme === 'file') {
    try {
      target = realpathSync(fsPath);
    } catch {
      return path; // not written yet, or deleted
    }
  }
  targets.set(document, target);
  return target;
}

/** The path as a person knows it, in the workspace. Of a file outside of it the last two names: never an absolute path. */
export function displayName(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri);
  return /^([a-z]:)?[\\/]/i.test(path) ? path.split(/[\\/]/).filter(Boolean).slice(-2).join('/') : path;
}

const LANGUAGE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    typescript: 'TypeScript',
    typescriptreact: 'TypeScript JSX',
    javascript: 'JavaScript',
    javascriptreact: 'JavaScript JSX',
    plaintext: 'Plain Text',
    cpp: 'C++',
    csharp: 'C#',
    fsharp: 'F#',
    php: 'PHP',
    html: 'HTML',
    css: 'CSS',
    scss: 'SCSS',
    json: 'JSON',
    jsonc: 'JSON with Comments',
    yaml: 'YAML',
    xml: 'XML',
    sql: 'SQL',
    shellscript: 'Shell Script',
  }),
);

/** A language's name for a person. A document knows only its language's id; most names are the id with a capital letter. */
export function displayLanguage(languageId: string): string {
  return LANGUAGE_NAMES.get(languageId) ?? languageId.charAt(0).toUpperCase() + languageId.slice(1);
}
