import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { preambleIds } from '../../../../src/engine/infill/context/preamble.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));
const textOf = (suffix: string, limit = 64): string => tokenizer.decode(preambleIds(suffix, tokenizer, limit));

describe('what stands before the prefix', () => {
  const cases: [name: string, suffix: string, preamble: string][] = [
    [
      'the lines after the cursor’s, and an empty one',
      ');\nconst a = 1;\nconst b = 2;\n',
      'const a = 1;\nconst b = 2;\n\n',
    ],
    ['not a line that has no end', ');\nconst a = 1;\nconst b', 'const a = 1;\n\n'],
    ['nothing where the cursor’s line is the last', 'rest of the line', ''],
    ['nothing where nothing follows', '', ''],
    ['nothing where only blanks follow', '\n  \n\n', ''],
    ['line ends as the model knows them', '\r\nlet x;\r\nlet y;\r\n', 'let x;\nlet y;\n\n'],
  ];
  for (const [name, suffix, preamble] of cases) test(name, () => assert.equal(textOf(suffix), preamble));

  test('never more than the limit, and whole lines', () => {
    const suffix = `\n${'const value = compute(1, 2, 3);\n'.repeat(40)}`;
    for (const limit of [0, 1, 5, 14, 15, 40, 128]) {
      const ids = preambleIds(suffix, tokenizer, limit);
      assert.ok(ids.length <= limit, `${ids.length} of ${limit}`);
      assert.match(tokenizer.decode(ids), /^(?:(?:const value = compute\(1, 2, 3\);\n)+\n)?$/u);
    }
    assert.ok(preambleIds(suffix, tokenizer, 128).length > 100);
  });

  test('stays as it is while the cursor’s line is typed', () => {
    const after = ' }\nconst a = 1;\n';
    assert.deepEqual(preambleIds(after, tokenizer, 32), preambleIds(`);${after}`, tokenizer, 32));
  });
});
