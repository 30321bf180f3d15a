import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  validateDenoiseRequest,
  validateNames,
  validateOptions,
} from '../../../../src/engine/infill/run/validateRequest.js';
import { isInRange, NARROWER_RANGES, OPTION_RANGES, type OptionRange } from '../../../../src/shared/optionRanges.js';
import { InfillError } from '../../../../src/shared/infillError.js';
import type { InfillOptions } from '../../../../src/shared/infillOptions.js';
import type { DenoiseRequest } from '../../../../src/shared/infillRequest.js';

const OPTIONS: InfillOptions = {
  steps: 16,
  maxTokens: 64,
  candidates: 1,
  multiline: 'auto',
  temperature: 0,
  topP: 1,
  seed: 0,
  minConfidence: 0,
  trace: false,
};

const wrong: [Partial<InfillOptions>, ...RegExp[]][] = [
  [{ steps: 0 }, /steps is 0/, /whole number from 1 to 64/],
  [{ steps: 65 }, /steps is 65/],
  [{ steps: 1.5 }, /steps is 1\.5/],
  [{ steps: NaN }, /steps is NaN/],
  [{ maxTokens: 0 }, /maxTokens is 0/],
  [{ maxTokens: 1025 }, /maxTokens is 1025/, /whole number from 1 to 1024/],
  [{ candidates: 9 }, /candidates is 9/, /from 1 to 8/],
  [{ temperature: -0.1 }, /temperature is -0\.1/],
  [{ temperature: 2.1 }, /temperature is 2\.1/, /a number from 0 to 2/],
  [{ topP: 0 }, /topP is 0/, /above 0 and up to 1/],
  [{ topP: 1.1 }, /topP is 1\.1/],
  [{ seed: 0.5 }, /seed is 0\.5/],
  [{ minConfidence: 2 }, /minConfidence is 2/],
  [{ stopBelow: -0.1 }, /stopBelow is -0.1/],
  [{ multiline: 'sometimes' as 'auto' }, /multiline is "sometimes"/, /auto, never, always/],
];
for (const [change, message, remedy] of wrong) {
  test(`${JSON.stringify(change)} is refused by name and range`, () => {
    assert.throws(
      () => validateOptions({ ...OPTIONS, ...change }),
      (error) =>
        error instanceof InfillError &&
        error.code === 'invalid-request' &&
        message!.test(error.message) &&
        (remedy ?? /./).test(error.remedy),
    );
  });
}

test('the ends of the ranges are accepted', () => {
  for (const change of [
    { steps: 1 },
    { steps: 64 },
    { candidates: 8 },
    { temperature: 2 },
    { topP: 1 },
    { topP: 1e-9 },
    { seed: -5 },
  ]) {
    validateOptions({ ...OPTIONS, ...change });
  }
});

test('what people are offered less of lies within what the engine takes', () => {
  for (const ranges of Object.values(NARROWER_RANGES)) {
    for (const [name, { least, most }] of Object.entries<OptionRange>(ranges)) {
      const whole = OPTION_RANGES[name as keyof typeof OPTION_RANGES];
      assert.ok(isInRange(least, whole) && isInRange(most, whole), name);
    }
  }
});

test('strength and pinned spans', () => {
  const context = {
    prefix: '',
    prefixOffset: 0,
    suffix: '',
    languageId: 'plaintext',
    eol: '\n' as const,
    indentUnit: '  ',
  };
  const request: DenoiseRequest = { context, selection: 'abcdef', pinned: [], strength: 0.5, options: OPTIONS };
  const refuses = (change: Partial<DenoiseRequest>, message: RegExp): void =>
    assert.throws(() => validateDenoiseRequest({ ...request, ...change }), message);
  validateDenoiseRequest({ ...request, strength: 1, pinned: [{ start: 0, end: 6 }] });
  refuses({ strength: 0 }, /strength is 0/);
  refuses({ strength: 1.01 }, /strength is 1\.01/);
  refuses({ pinned: [{ start: 0, end: 7 }] }, /0-7 is not inside/);
  refuses({ pinned: [{ start: 3, end: 2 }] }, /3-2 is not inside/);
  refuses({ pinned: [{ start: -1, end: 2 }] }, /-1-2 is not inside/);
  refuses({ pinned: [{ start: 0.5, end: 2 }] }, /0\.5-2 is not inside/);
  refuses({ options: { ...OPTIONS, steps: 0 } }, /steps is 0/);
});

for (const [names, message, remedy] of [
  [new Array<string>(1001).fill('a'), /1001 names/, /at most 1000/],
  [['a', 'b c'], /"b c" in names is no identifier/, /letters, digits, _ and \$/],
  [[''], /"" in names/],
  [['a'.repeat(101)], /"a{100}" in names/, /at most 100 characters/],
  [['1a'], /"1a" in names/],
] as [string[], RegExp, RegExp?][]) {
  test(`${String(names.length)} names with ${JSON.stringify(names.at(-1))} are refused`, () => {
    assert.throws(
      () => validateNames(names),
      (error) => {
        assert.ok(error instanceof InfillError);
        assert.equal(error.code, 'invalid-request');
        assert.match(error.message, message);
        if (remedy) assert.match(error.remedy, remedy);
        return true;
      },
    );
  });
}

test('identifiers of any script are names', () => {
  validateNames(['_a', '$b', 'naïve', '数える', 'a'.repeat(100)]);
  validateNames(undefined);
});
