import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import ownNames from '../../scripts/lint/ownNames.mjs';

// Types are those of the project; the snippets stand in for one of its files.
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
      plugins: { infill: { rules: { 'own-names': ownNames } } },
      rules: { 'infill/own-names': 'error' },
    },
  ] as never,
});

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

async function problems(source: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${source}\n`, { filePath: 'src/shared/outcome.ts' });
  assert.ok(result);
  return result.messages.map((message) => message.ruleId ?? message.message);
}

for (const [name, source] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async () => assert.deepEqual(await problems(source), ['infill/own-names']));
}

for (const [name, source] of Object.entries(ALLOWED)) {
  test(`allowed: ${name}`, async () => assert.deepEqual(await problems(source), []));
}

test('the project uses this rule for all that it ships', async () => {
  const project = new ESLint();
  for (const file of ['src/engine/engine.ts', 'src/modelStore/listModels.ts', 'src/extension/extension.ts']) {
    const config = (await project.calculateConfigForFile(file)) as { rules: Record<string, unknown[]> };
    assert.equal(config.rules['infill/own-names']?.[0], 2, file);
  }
});
