import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filledHoles } from '../../../src/extension/holes/filledHoles.js';
import { type Candidate, type InfillOutcome, NO_PASSES } from '../../../src/shared/outcome.js';
import { changedText } from '../../../src/shared/textChange.js';

const REPORT = {
  ...{ stepsUsed: 1, passes: NO_PASSES, canvasSize: 8, encodedTokens: 0, reusedTokens: 0 },
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 1 },
};
const candidate = (text: string): Candidate => ({ text, confidence: 0.5, tokens: [], stepsUsed: 1 });
const filled = (...texts: string[]): InfillOutcome => ({
  kind: 'infill',
  candidates: texts.map(candidate),
  report: REPORT,
});
const none = (doubtful?: string): InfillOutcome => ({
  ...{ kind: 'none', reason: 'low-confidence', detail: 'Not sure.', report: REPORT },
  ...(doubtful === undefined ? {} : { doubtful: candidate(doubtful) }),
});

test('each text is an insertion at its place, and the likeliest one counts', () => {
  const { changes, empty } = filledHoles([0, 2, 4], [filled('x', 'y'), filled('long'), filled('z')]);
  assert.equal(changedText('abcd', changes), 'xablongcdz');
  assert.deepEqual(empty, []);
  assert.ok(changes.every(({ confidence }) => confidence === 0.5));
});

test('who asked gets a doubtful text too; what has none says why', () => {
  const { changes, empty } = filledHoles([0, 1, 2, 3], [none(), none('maybe'), filled(), filled('')]);
  assert.deepEqual(
    changes.map(({ span, text }) => [span.start, text]),
    [[1, 'maybe']],
  );
  assert.deepEqual(empty, [
    { offset: 0, reason: 'low-confidence', detail: 'Not sure.' },
    { offset: 2, reason: 'empty', detail: '' },
    { offset: 3, reason: 'empty', detail: '' },
  ]);
});
