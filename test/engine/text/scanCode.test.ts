import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { syntaxOf } from '../../../src/engine/text/languageSyntax.js';
import { scanCode, START_OF_CODE } from '../../../src/engine/text/scanCode.js';

const ROOT = join(import.meta.dirname, '../../..');

describe('scanCode', () => {
  // Language, code, open brackets at its end, and what the end is inside of.
  const cases: readonly (readonly [languageId: string, code: string, open: string, inside: string])[] = [
    ['typescript', 'f(a, [b, {', '([{', ''],
    ['typescript', 'f(")", \']\', /[)/]/g, a / b)', '', ''],
    ['typescript', 'f(`a ${g({', '($({', ''],
    ['typescript', 'f(`a ${g} )', '(', '`'],
    ['typescript', 'f( // )', '(', '\n'],
    ['typescript', 'f( // )\n', '(', ''],
    ['typescript', 'f( /* )', '(', '*/'],
    ['typescript', "f('it\\'s", '(', "'"],
    ['typescript', "f('unfinished\ng(", '((', ''],
    ['typescriptreact', "<p>Don't {a</p>", '{', ''],
    ['python', 'f("""it\'s )', '(', '"""'],
    ['python', "f(f'{a', rb'(', # )\n", '(', ''],
    ['rust', "fn f<'a>(x: &'a str, c: '(', ", '(', ''],
    ['c', "f(1'000, '\"', \"'\", ", '(', ''],
    ['go', 'f(`\\`, "', '(', '"'],
    ['scss', 'a { background: url(http://a', '{(', ''],
    ['yaml', "key: don't [", '[', ''],
    ['lua', 'f( --[[ ) ]] {', '({', ''],
    ['markdown', '1) don\'t ( "', '', ''],
    ['none-such', 'f( "{", // }', '(', '\n'],
  ];
  for (const [languageId, code, open, inside] of cases) {
    it(`${languageId}: ${JSON.stringify(code)}`, () => {
      const state = scanCode(code, START_OF_CODE, syntaxOf(languageId));
      assert.equal(state.open.map(({ mark }) => mark).join(''), open);
      assert.equal(state.inside, inside);
    });
  }

  it('can go on from where it stopped', () => {
    const syntax = syntaxOf('typescript');
    const code = 'f(`a ${g({ b: /[)]/ })} "`, // )\n  [c';
    const whole = scanCode(code, START_OF_CODE, syntax);
    for (const end of [2, 4, 7, 9, 24, code.length - 2]) {
      const rest = scanCode(code.slice(end), scanCode(code.slice(0, end), START_OF_CODE, syntax), syntax);
      assert.deepEqual([rest.inside, rest.open, rest.last], [whole.inside, whole.open, whole.last], `cut at ${end}`);
    }
  });

  it("finds this repository's sources complete", () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    assert.ok(sources.length > 10);
    for (const name of sources) {
      const strays: number[] = [];
      const code = readFileSync(join(ROOT, 'src', name), 'utf8');
      const end = scanCode(code, START_OF_CODE, syntaxOf('typescript'), {
        closed: (index, _, found) => {
          if (!found) strays.push(index);
        },
      });
      assert.deepEqual([end.open, end.inside, strays], [[], '', []], name);
    }
  });
});
