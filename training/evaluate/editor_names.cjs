// What TypeScript's language service, which editors ask, knows of a package whose files are given as text. Reads lines on stdin
// and answers each with a line:
// {"members": TEXT, "path"} -> where the names of property accesses begin, as UTF-16 offsets;
// {"files": {PATH: TEXT}, "holes": [{"path", "text", "offset"}]} -> for each hole the names that its completion list has.
// The compiler is that of the repository's node_modules, and so are the types of the language and the browser; others are missing.
const { createInterface } = require('node:readline');
const path = require('node:path');
const ts = require('typescript');

const ROOT = '/package';
const LIBRARIES = path.dirname(ts.getDefaultLibFilePath({}));
const SETTINGS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.Preserve,
  allowJs: true,
  strict: true,
  skipLibCheck: true,
  experimentalDecorators: true,
};
const registry = ts.createDocumentRegistry();

/** Offsets of the names after dots. */
function members(text, file) {
  const starts = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name)) {
      const start = node.name.getStart(source);
      if (text[start - 1] === '.' && node.name.text !== '') starts.push(start);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return starts;
}

/** Names at places of a package, each in its own text of its file. */
function names(files, holes) {
  const texts = new Map(Object.entries(files).map(([name, text]) => [`${ROOT}/${name}`, text]));
  const versions = new Map();
  const isInside = (name) => name.startsWith(`${LIBRARIES}/`);
  const host = {
    getCompilationSettings: () => SETTINGS,
    getScriptFileNames: () => [...texts.keys()].filter((name) => /\.[cm]?[jt]sx?$/.test(name)),
    getScriptVersion: (name) => String(versions.get(name) ?? 0),
    getScriptSnapshot: (name) => {
      const text = texts.get(name) ?? (isInside(name) ? ts.sys.readFile(name) : undefined);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (name) => texts.has(name) || (isInside(name) && ts.sys.fileExists(name)),
    readFile: (name) => texts.get(name) ?? (isInside(name) ? ts.sys.readFile(name) : undefined),
  };
  const service = ts.createLanguageService(host, registry);
  const set = (name, text) => {
    texts.set(name, text);
    versions.set(name, (versions.get(name) ?? 0) + 1);
  };
  const answers = holes.map(({ path: name, text, offset }) => {
    const file = `${ROOT}/${name}`;
    const whole = texts.get(file);
    set(file, text);
    const list = service.getCompletionsAtPosition(file, offset, {});
    set(file, whole);
    return (list?.entries ?? []).flatMap(({ name: entry, insertText = entry, kind, kindModifiers = '' }) =>
      kind === 'warning' || kindModifiers.includes('deprecated') ? [] : [insertText],
    );
  });
  service.dispose();
  return answers;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const asked = JSON.parse(line);
  const answer = 'members' in asked ? members(asked.members, asked.path) : names(asked.files, asked.holes);
  console.log(JSON.stringify(answer));
});
