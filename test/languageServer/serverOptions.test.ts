import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_OPTIONS, infillOptions, readOptions } from '../../src/languageServer/serverOptions.js';

/** What is sent, and what is wrong with it. */
const BAD: readonly (readonly [sent: unknown, problem: string])[] = [
  [{ steps: 0 }, 'infill.steps is 0. Write a whole number from 1 to 64.'],
  [{ steps: '8' }, 'infill.steps is "8". Write a whole number from 1 to 64.'],
  [{ candidates: 2.5 }, 'infill.candidates is 2.5. Write a whole number from 1 to 8.'],
  [{ topP: 0 }, 'infill.topP is 0. Write a number above 0 and up to 1.'],
  [{ minConfidence: 15 }, 'infill.minConfidence is 15. Write a number from 0 to 1.'],
  [{ multiline: 'yes' }, 'infill.multiline is "yes". Write one of: auto, never, always.'],
  [{ automatic: 1 }, 'infill.automatic is 1. Write true or false.'],
  [{ sampler: 'best' }, /^infill\.sampler is "best"\. Write one of: entropy-bound, /u.source],
  [{ stepz: 4 }, /^There is no setting infill\.stepz\. Choose from: automatic, /u.source],
  ['fast', 'infill is "fast". Write an object with settings.'],
  [[{ steps: 4 }], 'infill is [{"steps":4}]. Write an object with settings.'],
];

describe('settings of a client', () => {
  for (const [sent, problem] of BAD) {
    test(`${JSON.stringify(sent)} is left out, and said to be wrong`, () => {
      const { options, problems } = readOptions(sent, DEFAULT_OPTIONS, true);
      assert.deepEqual(options, DEFAULT_OPTIONS);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', problem.startsWith('^') ? new RegExp(problem, 'u') : /./u);
      if (!problem.startsWith('^')) assert.equal(problems[0], problem);
    });
  }

  test('hold alone, and below the section that some clients send with them', () => {
    const sent = { steps: 4, multiline: 'never', sampler: 'fast-dllm-threshold:threshold=0.8' };
    for (const each of [sent, { infill: sent }]) {
      assert.deepEqual(readOptions(each), { options: { ...DEFAULT_OPTIONS, ...sent }, problems: [] });
    }
  });

  test('of others are none of ours, where all are sent', () => {
    for (const others of [{}, { python: { steps: 99 } }, { editor: null, stepz: 4 }]) {
      assert.deepEqual(readOptions(others), { options: DEFAULT_OPTIONS, problems: [] });
    }
    assert.equal(readOptions({ python: { steps: 99 }, infill: { stepz: 4 } }).problems.length, 1);
    assert.equal(readOptions({ steps: 4, stepz: 4 }).problems.length, 1, 'that is the section');
  });

  test('what is good holds beside what is bad', () => {
    const { options, problems } = readOptions({ steps: 4, candidates: 9 });
    assert.equal(options.steps, 4);
    assert.equal(options.candidates, DEFAULT_OPTIONS.candidates);
    assert.equal(problems.length, 1);
  });

  test('that are not set are what was set before them', () => {
    const before = { ...DEFAULT_OPTIONS, steps: 3, maxTokens: 20 };
    for (const nothing of [undefined, null, {}, { infill: null }, { steps: null }]) {
      assert.deepEqual(readOptions(nothing, before), { options: before, problems: [] });
    }
    assert.equal(readOptions({ steps: 5 }, before).options.maxTokens, 20);
  });
});

test('who asks is given several texts, and each text however sure it is', () => {
  const asked = infillOptions({ ...DEFAULT_OPTIONS, candidates: 4 }, 8, true);
  assert.deepEqual([asked.steps, asked.candidates, asked.minConfidence], [8, 4, 0]);
  const unasked = infillOptions({ ...DEFAULT_OPTIONS, steps: 2 }, 8, false);
  assert.deepEqual([unasked.steps, unasked.candidates, unasked.minConfidence], [2, 1, 0]);
});
