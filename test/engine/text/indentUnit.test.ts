import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { indentUnitAt } from '../../../src/engine/text/indentUnit.js';
import { processorMs } from '../../processorMs.js';

/** @param drawn a document with the cursor at `│` */
function unitAt(drawn: string, languageId = 'typescript', indentUnit = '    '): string {
  const [prefix = '', suffix = ''] = drawn.split('│');
  return indentUnitAt({ prefix, suffix, languageId, indentUnit }).replace('\t', 'tab');
}

describe('one level of indentation', () => {
  const cases: readonly (readonly [what: string, drawn: string, unit: string, languageId?: string])[] = [
    ['is that of the block around the line above', 'f() {\n  a();\n  if (b) {\n│\n  }\n}\n', '  '],
    ['of the innermost, where blocks differ', 'a {\n    b {\n      c;\n│\n    }\n}\n', '  '],
    ['before what most lines have', 'a {\n    b;\n}\na {\n    b;\n}\na {\n  b;\n  │\n}\n', '  '],
    ['of the file, where the block has no line yet', 'a() {\n  b;\n}\n\nc() {\n    │\n}\n', '  '],
    ['of the file below', 'c() {\n    │\n}\n\na() {\n  b;\n}\n', '  '],
    ["that of the cursor's line, where no other tells", 'a();\nb(() => {\n  │\n});\n', '  '],
    ["the editor's, where nothing tells", 'a();\n│\n', '    '],
    ["the editor's, where a comment alone tells", '/**\n * a\n */\n│', '    '],
    ['not how arguments are aligned', 'a {\n  b(\n        c,\n  );\n  d(\n        e,\n│  );\n}\n', '  '],
    ['of Python', 'def a():\n  b\n  for c in d:\n    │\n', '  ', 'python'],
    ['of markup', '<ul>\n   <li>\n   │\n</ul>\n', '   ', 'html'],
    ['a tab', 'func a() {\n\tb()\n\t│\n}\n', 'tab', 'go'],
    ['with other line ends', 'a {\r\n  b;\r\n│}\r\n', '  '],
  ];
  for (const [what, drawn, unit, languageId] of cases) {
    it(what, () => assert.equal(unitAt(drawn, languageId), unit));
  }

  it('of a long file in a few milliseconds', async () => {
    const line = `${' '.repeat(40)}value.call(argument);\n`;
    const drawn = `{\n${line.repeat(20_000)}│${line.repeat(20_000)}`;
    const ms = await processorMs(() => unitAt(drawn));
    assert.ok(ms < 500, `${ms.toFixed(0)} ms`);
  });
});
