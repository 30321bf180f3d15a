import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Engine } from '../../../../src/engine/engine.js';
import type { TextConditions } from '../../../../src/shared/infillRequest.js';
import { BUNDLED } from '../../fixtures.js';
import { requestOf } from '../requests.js';

// What the bundled model writes may change with its weights; that it comes to a text, and to which kind of one, may not.
const engine = await Engine.load({ modelPath: BUNDLED, device: 'cpu', threads: 1 });
after(() => engine.dispose());

const LOAD = 'async function load(path: string) {\n  const text = |;\n  return JSON.parse(text);\n}\n';
const ADD = 'export function add(a: number, b: number) {\n  |\n}\n';
const NAMES = 'const names = users.|;\n';

const CASES: readonly (readonly [string, TextConditions, RegExp])[] = [
  [LOAD, { contains: 'utf8' }, /utf8/u],
  [LOAD, { start: 'await ', end: ')' }, /^await .*\)$/u],
  [ADD, { contains: 'console.log' }, /console\.log/u],
  [ADD, { start: 'if (', contains: 'throw' }, /^if \([^]*throw/u],
  [ADD, { length: { least: 12, most: 16 } }, /return/u],
  [NAMES, { contains: 'map', length: { least: 4, most: 12 } }, /map/u],
  [NAMES, { end: '.join(", ")' }, /\.join\(", "\)$/u],
];

for (const [drawn, conditions, expected] of CASES) {
  test(`${JSON.stringify(conditions)} comes to a text in any number of steps`, async () => {
    for (const steps of [1, 2, 4, 16]) {
      for (const temperature of [0, 0.8]) {
        const request = requestOf(drawn, { steps, temperature, maxTokens: 64, trace: false });
        const outcome = await engine.infill({ ...request, conditions });
        const isSureOfNothing = steps === 1 && outcome.kind === 'none' && conditions.contains === undefined;
        if (isSureOfNothing && conditions.length === undefined) continue; // between a start and an end may be nothing likely enough
        assert.ok(outcome.kind === 'infill', `${String(steps)}, ${String(temperature)}: ${JSON.stringify(outcome)}`);
        const [best] = outcome.candidates;
        assert.match(best!.text, expected);
        const { length = { least: 1, most: 64 }, start = '', end = '', contains = '' } = conditions;
        // What is shown unasked is often a start of the text.
        const shown = best!.unasked?.text ?? best!.text;
        assert.ok(shown.startsWith(start) && shown.endsWith(end) && shown.includes(contains), shown);
        assert.ok(best!.tokens.length >= length.least && best!.tokens.length <= length.most, best!.text);
      }
    }
  });
}

test('the place of a contained text is where the model finds it likeliest', async () => {
  const request = requestOf(LOAD, { steps: 8, maxTokens: 64, trace: false });
  const outcome = await engine.infill({ ...request, conditions: { contains: 'await' } });
  assert.ok(outcome.kind === 'infill' && outcome.candidates[0]!.text.startsWith('await'));
});
