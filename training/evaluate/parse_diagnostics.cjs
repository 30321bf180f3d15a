// Whether texts parse: reads lines {"text", "language"} on stdin, a VS Code language id of TypeScript or JavaScript, and
// answers each with true or false. The compiler of the repository's node_modules parses.
const { createInterface } = require('node:readline');
const ts = require('typescript');

const KINDS = {
  typescript: ts.ScriptKind.TS,
  typescriptreact: ts.ScriptKind.TSX,
  javascript: ts.ScriptKind.JS,
  javascriptreact: ts.ScriptKind.JSX,
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { text, language } = JSON.parse(line);
  const file = ts.createSourceFile('file', text, ts.ScriptTarget.Latest, false, KINDS[language]);
  console.log(file.parseDiagnostics.length === 0);
});
