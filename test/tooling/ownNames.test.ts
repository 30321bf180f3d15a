import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import ownNames from '../../scripts/lint/ownNames.mjs';
import { root } from '../../scripts/steps/root.mjs';

const { compilerOptions } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')) as {
  readonly compilerOptions: object;
};

/** What the snippets are checked as: a file of a program that has no other, with the compiler options of the project. */
const FILE = path.join(root, 'snippets.ts');

/** A linter with the rule and nothing else for one text of the file. */
function eslintFor(text: string): ESLint {
  const options = ts.convertCompilerOptionsFromJson(compilerOptions, root).options;
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === FILE ? ts.createSourceFile(name, text, rest[0]) : getSourceFile(name, ...rest);
  const programs = [ts.createProgram([FILE], options, host)];
  return new ESLint({
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser, parserOptions: { programs } },
        plugins: { infill: { rules: { 'own-names': ownNames } } },
        rules: { 'infill/own-names': 'error' },
      },
    ] as never,
  });
}

const TABLE = "const table: Readonly<Record<string, string>> = { a: 'b' };\n";

const REFUSED: Record<string, string> = {
  'a look-up': `${TABLE}export const f = (word: string) => table[word];`,
  'a look-up with a default': `${TABLE}export const f = (word: string) => table[word] ?? '';`,
  'a look-up of what a function makes of it': `${TABLE}export const f = (word: string) => table[word.toLowerCase()];`,
  'a look-up of a text that may be missing': `${TABLE}export const f = (word?: string) => table[word ?? ''];`,
  'a look-up in one of several objects': `${TABLE}export const f = (word: string, or: string[]) => (or.length > 0 ? table : { ...table })[word];`,
  'a bare template': `${TABLE}export const f = (word: string) => table[\`\${word}\`];`,
  'a look-up in an object that was parsed':
    'export const f = (value: Record<string, unknown>, word: string) => value[word];',
  'an entry that is written': 'export const f = (table: Record<string, number>, word: string) => { table[word] = 1; };',
  'the operator in': `${TABLE}export const f = (word: string) => word in table;`,
  'the operator in, with keys that are known':
    'const table = { a: 1 };\nexport const f = (word: string) => word in table;',
};

const ALLOWED: Record<string, string> = {
  'a Map': "const table = new Map([['a', 'b']]);\nexport const f = (word: string) => table.get(word);",
  'Object.hasOwn': `${TABLE}export const f = (word: string) => Object.hasOwn(table, word);`,
  'a known word': `${TABLE}export const f = (word: 'a' | 'b') => table[word];`,
  'a word that is written here': `${TABLE}export const f = () => table['a'];`,
  'a name that is made here': `${TABLE}export const f = (layer: number) => table[\`layers.\${layer}\`];`,
  'an index of a list': 'export const f = (list: readonly string[], index: number) => list[index];',
  'keys that are exactly known':
    "const table = { a: 1, b: 2 } as const;\nexport const f = (word: 'a' | 'b') => table[word];",
  'a known name before in': "export const f = (value: object) => 'graph' in value;",
};

/** What is said of each snippet. All are one file, each in a namespace of its own, so that types are worked out once. */
async function problemsOf(snippets: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string[]>> {
  const parts = Object.entries(snippets).map(
    ([name, source], i) => [name, `export namespace Snippet${i} {\n${source}\n}\n`] as const,
  );
  const file = parts.map(([, part]) => part).join('');
  const [result] = await eslintFor(file).lintText(file, { filePath: FILE });
  assert.ok(result);
  let end = 1;
  return new Map(
    parts.map(([name, part]) => {
      const start = end;
      end += part.split('\n').length - 1;
      const own = result.messages.filter(({ line }) => line >= start && line < end);
      return [name, own.map((message) => message.ruleId ?? message.message)];
    }),
  );
}

const problems = await problemsOf({ ...REFUSED, ...ALLOWED });

for (const name of Object.keys(REFUSED)) {
  test(`refused: ${name}`, () => assert.deepEqual(problems.get(name), ['infill/own-names']));
}

for (const name of Object.keys(ALLOWED)) {
  test(`allowed: ${name}`, () => assert.deepEqual(problems.get(name), []));
}

test('the project uses this rule for all that it ships', async () => {
  const project = new ESLint();
  for (const file of ['src/engine/engine.ts', 'src/modelStore/listModels.ts', 'src/extension/extension.ts']) {
    const config = (await project.calculateConfigForFile(file)) as { rules: Record<string, unknown[]> };
    assert.equal(config.rules['infill/own-names']?.[0], 2, file);
  }
});
