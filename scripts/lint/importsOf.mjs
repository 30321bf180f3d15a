// Every way in which a file of TypeScript or JavaScript names another module, with the place where it does.
import path from 'node:path';
import ts from 'typescript';

/**
 * @typedef {object} Import
 * @property {string | undefined} name what stands in the quotes; undefined where it is computed
 * @property {number} start UTF-16 units from the start of the text
 * @property {number} end
 */

/** @type {Map<string, { text: string, imports: Import[] }>} by file, as it was read last: several rules ask for the same. */
const known = new Map();

/**
 * The modules that a text names: imports and re-exports, of types and for an effect too, `import()` as an expression and as a type,
 * and `require`.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Import[]} in the order of the text
 */
export function importsOf(file, text) {
  const before = known.get(file);
  if (before?.text === text) return before.imports;
  /** @type {Import[]} */
  const found = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  visit(source);
  known.set(file, { text, imports: found });
  return found;

  /** @param {ts.Node} node */
  function visit(node) {
    const named = namedModule(node);
    if (named !== undefined) {
      found.push({
        name: ts.isStringLiteralLike(named) ? named.text : undefined,
        start: named.getStart(source),
        end: named.end,
      });
    }
    ts.forEachChild(node, visit);
  }
}

/**
 * @param {ts.Node} node
 * @returns {ts.Node | undefined} what stands for a module's name, where `node` imports one
 */
function namedModule(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument;
  if (ts.isCallExpression(node)) {
    const { kind } = node.expression;
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
    if (kind === ts.SyntaxKind.ImportKeyword || isRequire) return node.arguments[0];
  }
  return undefined;
}

/**
 * The file that a relative import names, below the project's folder, with `/` and without its ending: where `.js` is written a `.ts`
 * is meant. Undefined where the import names a package.
 *
 * @param {string} file path of the importing file from the project's folder, with `/`
 * @param {string} name
 */
export function importedFile(file, name) {
  return /^\.{1,2}(?:\/|$)/u.test(name) ? withoutEnding(path.posix.join(path.posix.dirname(file), name)) : undefined;
}

/** @param {string} file */
export function withoutEnding(file) {
  return file.replace(/\.[cm]?[jt]s$/u, '');
}
