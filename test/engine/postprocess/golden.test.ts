import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { FILTERS, postprocessAt } from '../../../src/engine/postprocess/postprocess.js';
import { parseGolden, type GoldenCase } from './goldenCases.js';

const FOLDER = new URL('golden/', import.meta.url);
const filters = [...Object.keys(FILTERS), 'closeOwnEnd', 'separateItem', 'convertLineEnds'];
const files = readdirSync(FOLDER).filter((name) => name !== 'FORMAT.txt');

for (const file of files) {
  const group = file.replace(/\.txt$/u, '');
  const cases = parseGolden(readFileSync(new URL(file, FOLDER), 'utf8'));

  describe(`golden ${group}`, () => {
    it('has cases', () => assert.ok(cases.length > 0));
    for (const golden of cases) it(golden.title, () => check(golden, filters.includes(group) ? group : undefined));

    if (filters.includes(group)) {
      it('shows the filter act and refrain', () => {
        const acted = new Set(cases.map((golden) => actingFilters(golden).includes(group)));
        assert.deepEqual([...acted].sort(), [false, true]);
      });
    }
  });
}

it('every filter has a golden file', () => {
  assert.deepEqual(
    filters.filter((name) => !files.includes(`${name}.txt`)),
    [],
  );
});

describe('parseGolden refuses', () => {
  const good = '== title\npython\na│⟦b⟧c\n=>\nunchanged\n';
  it('nothing about a good case', () => assert.equal(parseGolden(good).length, 1));

  const bad: readonly (readonly [what: string, file: string, message: RegExp])[] = [
    ['a case without an expectation', good.replace('=>\nunchanged\n', ''), /no `=>`/u],
    ['an empty expectation', good.replace('unchanged', ''), /expectation is empty/u],
    ['an unknown reason', good.replace('unchanged', 'none: because'), /no known reason/u],
    ['an unknown option', good.replace('python', 'python, crlfs'), /no option/u],
    ['a case without a language', good.replace('python\n', ''), /language/u],
    ['a document without marks', good.replace('│', ''), /needs `│⟦text⟧`/u],
    ['another document as expectation', good.replace('unchanged', 'a│⟦⟧d'), /documents differ/u],
    ['a change that is none', good.replace('unchanged', 'a│⟦b⟧c'), /write `unchanged`/u],
    ['text before the first case', `python\n${good}`, /before the first case/u],
  ];
  for (const [what, file, message] of bad) it(what, () => assert.throws(() => parseGolden(file), { message }));
});

function check(golden: GoldenCase, filter: string | undefined): void {
  const { context, expected, text } = golden;
  const result = postprocessAt(context)(text);
  if ('reason' in expected) {
    assert.equal(result.kind, 'none', `expected ${expected.reason}, got ${JSON.stringify(result)}`);
    assert.equal(result.reason, expected.reason);
    assert.match(result.detail, /^[A-Z].*\.$/u, 'the detail is a sentence');
  } else {
    assert.deepEqual(result, { kind: 'text', text: expected.text });
    assert.deepEqual(postprocessAt(context)(expected.text), result, 'its own output changes nothing');
  }
  if (filter === undefined) return;
  const mustAct = filter === 'convertLineEnds' ? context.eol === '\r\n' : !golden.isUnchanged;
  const acted = actingFilters(golden);
  assert.equal(
    acted.includes(filter),
    mustAct,
    `${filter} must ${mustAct ? '' : 'not '}act; acted: ${acted.join(', ')}`,
  );
}

function actingFilters({ text, context }: GoldenCase): readonly string[] {
  const names: string[] = [];
  postprocessAt(context)(text, (name) => names.push(name));
  return names;
}
