import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Decoding, decodesAhead, decodingFor } from '../../../../src/engine/infill/plan/decoding.js';
import { RemaskingSampler } from '../../../../src/engine/diffusion/samplers/remaskingSampler.js';
import type { RecommendedOptions } from '../../../../src/engine/contract/recommended.js';
import type { InfillOptions } from '../../../../src/shared/infillOptions.js';
import { OPTIONS } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

const pipeline = await tinyPipeline();
after(() => pipeline.model.dispose());

function decoding(change: Partial<RecommendedOptions>, options: Partial<InfillOptions> = {}): Decoding {
  return decodingFor({ ...OPTIONS, ...options }, { ...pipeline, recommended: { ...pipeline.recommended, ...change } });
}

describe('a decoding', () => {
  it('has what the request says, else what the model recommends for so many steps', () => {
    const change = { stopBelow: 0.1, length: 'fixed', bySteps: [{ upTo: 4, stopBelow: 0.2, encoderMix: 0.25 }] };
    assert.equal(decoding(change).stopBelow, 0.1);
    assert.equal(decoding(change, { steps: 4 }).stopBelow, 0.2);
    assert.equal(decoding(change, { steps: 4 }).recommended.encoderMix, 0.25);
    assert.equal(decoding(change, { steps: 4, stopBelow: 0 }).stopBelow, 0);
    assert.equal(decoding(change).length.kind, 'fixed');
    assert.equal(decoding(change, { length: 'auto' }).length.kind, 'auto');
  });

  it('takes a recommended remasking with the recommended sampler only', () => {
    const change = { sampler: 'mdlm-ancestral', remask: 'cap:eta=0.5' };
    assert.ok(decoding(change).sampler instanceof RemaskingSampler);
    assert.ok(!(decoding(change, { sampler: 'mdlm-ancestral' }).sampler instanceof RemaskingSampler));
    assert.ok(!(decoding(change, { remask: 'none' }).sampler instanceof RemaskingSampler));
  });

  it('refuses what the model cannot do', () => {
    assert.throws(() => decoding({}, { length: 'expand' }), { code: 'invalid-request' });
    assert.throws(() => decoding({ sampler: 'no-such' }), { code: 'invalid-request' });
  });

  const ahead = { absorb: true, draftTokens: 4, draftConfidence: 0.7 };
  it('decodes ahead where committed tokens are final and the encoder reads them', () => {
    assert.deepEqual(decoding(ahead).decodeAhead, { tokens: 4, speculate: 4, lookUp: 0, leastProbability: 0.7 });
    assert.equal(decoding({ ...ahead, draftAhead: 0 }).decodeAhead?.speculate, 0);
    assert.equal(decoding({ ...ahead, lookUpTokens: 3 }).decodeAhead?.lookUp, 3);
    assert.equal(decoding({ ...ahead, draftTokens: 0 }).decodeAhead, undefined);
    assert.equal(decoding({ ...ahead, absorb: false }).decodeAhead, undefined);
    const revising = decoding(ahead, { sampler: 'mdlm-ancestral', remask: 'cap' });
    assert.deepEqual([revising.appends, revising.decodeAhead], [false, undefined]);
  });

  it('takes no more steps than the model gains from, unless another sampler is asked for', () => {
    assert.equal(decoding({ mostSteps: 16 }, { steps: 64 }).steps, 16);
    assert.equal(decoding({ mostSteps: 16 }, { steps: 4 }).steps, 4);
    assert.equal(decoding({ mostSteps: 16 }, { steps: 64, sampler: 'mdlm-ancestral' }).steps, 64);
    assert.equal(decoding({}, { steps: 64 }).steps, 64);
  });

  it('does not decode ahead of a sampler that asks for full distributions', () => {
    const ancestral = decoding(ahead, { sampler: 'mdlm-ancestral', temperature: 0.7 });
    assert.notEqual(ancestral.decodeAhead, undefined);
    assert.equal(decodesAhead(ancestral, 0.7), false);
    assert.equal(decodesAhead(decoding(ahead), 0.7), true);
  });

  it('lets few steps have a whole canvas where what they leave masked is drafted', () => {
    const few = { steps: 2, maxTokens: 64 };
    const sizes = { lineCanvas: 12, positionsPerStep: 2, entropyBound: 0 };
    const { line, most } = decoding({ ...ahead, ...sizes }, few).canvasSizes;
    assert.deepEqual([line, most], [12, Math.min(64, pipeline.model.manifest.limits.canvas)]);
    assert.equal(decoding({ ...ahead, ...sizes, draftTokens: 0 }, few).canvasSizes.line, 4);
    assert.equal(decoding({ ...ahead, ...sizes }, { ...few, length: 'fixed' }).canvasSizes.line, 4);
  });
});
