import * as vscode from 'vscode';

/** The document's path as patterns may mean it: absolute, and relative to its workspace folder. Separators are `/`. */
export function pathsForPatterns(uri: vscode.Uri): string[] {
  return [...new Set([uri.path, vscode.workspace.asRelativePath(uri, false).replaceAll('\\', '/')])];
}

/** The path as a person knows it. */
export function displayName(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
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

/** A language's name for a person; VS Code offers extensions only the id. */
export function displayLanguage(languageId: string): string {
  return LANGUAGE_NAMES.get(languageId) ?? languageId.charAt(0).toUpperCase() + languageId.slice(1);
}
