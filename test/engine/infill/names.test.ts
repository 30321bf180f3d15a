import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { infill } from '../../../src/engine/infill/infill.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { InfillOutcome } from '../../../src/shared/outcome.js';
import { requestOf } from './requests.js';
import { tinyPipeline } from './tinyPipeline.js';

const PLACES = ['const a = order.|;\n', 'order?.to|\n', 'x->|', 'return |;\n'];
let pipeline: Pipeline;

before(async () => {
  pipeline = await tinyPipeline();
});
after(() => pipeline.model.dispose());

/** What was written, without the milliseconds. */
async function written(drawn: string, names: readonly string[] | undefined, weight?: number): Promise<unknown> {
  const request = { ...requestOf(drawn), ...(names === undefined ? {} : { names }) };
  const { names: _, ...without } = pipeline.recommended;
  const recommended = weight === undefined ? without : { ...without, names: { weight } };
  const outcome: InfillOutcome = await infill(request, { ...pipeline, recommended });
  return outcome.kind === 'infill' ? outcome.candidates : outcome.reason;
}

describe('names of a request', () => {
  for (const place of PLACES) {
    test(`take no part unasked at ${JSON.stringify(place)}`, async () => {
      const plain = await written(place, undefined);
      assert.deepEqual(await written(place, undefined, 3), plain, 'a model that knows names, a request without them');
      assert.deepEqual(await written(place, [], 3), plain);
      assert.deepEqual(await written(place, ['total', 'items']), plain, 'a model that knows no names');
      assert.deepEqual(await written(place, ['total', 'items'], 0), plain);
    });
  }

  test('change what a model of random weights writes, and probabilities stay such', async () => {
    const names = ['total', 'items', 'a', 'is', 'in', 'on', 're', 'the'];
    let changed = 0;
    for (const place of PLACES) {
      const answer = await written(place, names, 20);
      if (typeof answer !== 'string') {
        for (const { tokens, confidence } of answer as { tokens: { confidence: number }[]; confidence: number }[]) {
          assert.ok(confidence >= 0 && confidence <= 1);
          for (const token of tokens) assert.ok(token.confidence > 0 && token.confidence <= 1 + 1e-9);
        }
      }
      if (JSON.stringify(answer) !== JSON.stringify(await written(place, undefined, 20))) changed++;
    }
    assert.ok(changed > 0);
  });

  test('are refused where they are none', async () => {
    await assert.rejects(written(PLACES[0]!, ['a b'], 2), (error) => {
      assert.ok(error instanceof InfillError);
      assert.equal(error.code, 'invalid-request');
      return true;
    });
  });
});
