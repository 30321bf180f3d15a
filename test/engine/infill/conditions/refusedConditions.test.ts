import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { infill } from '../../../../src/engine/infill/infill.js';
import type { Pipeline } from '../../../../src/engine/infill/run/pipeline.js';
import { InfillError } from '../../../../src/shared/infillError.js';
import type { InfillOptions } from '../../../../src/shared/infillOptions.js';
import type { TextConditions } from '../../../../src/shared/infillRequest.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

let pipeline: Pipeline;
before(async () => (pipeline = await tinyPipeline()));
after(async () => pipeline.model.dispose());

/** A model that must not be asked. */
function untouched(): Pipeline['model'] {
  const { manifest } = pipeline.model;
  const refuse = (): never => assert.fail('the model was asked');
  return {
    manifest,
    openContext: refuse,
    encoder: { scoreTokens: refuse, readTokens: refuse, scoreContinuations: refuse },
    dispose: () => Promise.resolve(),
  };
}

async function refusal(conditions: TextConditions, options: Partial<InfillOptions> = {}): Promise<string> {
  const request = { ...requestOf('const total = items.|;\n', { maxTokens: 16, ...options }), conditions };
  const error: unknown = await infill(request, { ...pipeline, model: untouched() }).then(
    () => assert.fail('not refused'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof InfillError, String(error));
  assert.equal(error.code, 'invalid-request');
  assert.notEqual(error.remedy, '');
  return error.message;
}

describe('conditions that no text can meet are refused before anything is computed, with the reason', () => {
  const cases: readonly (readonly [string, TextConditions, Partial<InfillOptions>, RegExp])[] = [
    ['an empty start', { start: '' }, {}, /must start with is empty/u],
    ['an empty end', { end: '' }, {}, /must end with is empty/u],
    ['an empty text to contain', { contains: '' }, {}, /must contain is empty/u],
    ['half a character', { contains: '\ud83d' }, {}, /half a character/u],
    ['a text that is too long', { start: 'a'.repeat(3000) }, {}, /3000 characters/u],
    ['MIN above MAX', { length: { least: 5, most: 4 } }, {}, /least length is 5 tokens, and the greatest is 4/u],
    ['no token at all', { length: { least: 0, most: 0 } }, {}, /0-0 is none/u],
    ['half a token', { length: { least: 0.5, most: 2 } }, {}, /0\.5-2 is none/u],
    ['more than the request allows', { length: { least: 17, most: 20 } }, {}, /at least 17 tokens.*allows 16/u],
    ['a start longer than the limit', { start: 'abcdefgh'.repeat(9) }, {}, /start with.*tokens together.*16/u],
    [
      'start and end longer than MAX',
      { start: 'one two', end: 'three four', length: { least: 0, most: 3 } },
      {},
      /together, and the greatest length is 3/u,
    ],
    [
      'a contained text longer than MAX',
      { contains: 'one two three', length: { least: 1, most: 2 } },
      {},
      /must contain has .* tokens, and the greatest length is 2/u,
    ],
    ['a line break in one line', { contains: 'a\nb' }, { multiline: 'never' }, /line break/u],
    ['a carriage return in one line', { start: 'a\r' }, { multiline: 'never' }, /line break/u],
    [
      'more than the canvas holds',
      { length: { least: 900, most: 1000 } },
      { maxTokens: 1024 },
      /900 tokens on the canvas/u,
    ],
  ];
  for (const [name, conditions, options, message] of cases) {
    test(name, async () => assert.match(await refusal(conditions, options), message));
  }
});
