import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactActivationRange, rangeFor } from '../../../src/engine/model/saturationProbe.js';

describe('saturation probe', () => {
  it('knows exact sums from saturated ones', () => {
    const exact = 127 * 127 * 64;
    assert.equal(rangeFor(new Float32Array(8).fill(exact)), 127);
    // 32 pairs of 32767 in place of 2 * 255 * 127, less the zero point's share.
    const saturated = 32 * 32767 - 128 * 127 * 64;
    assert.equal(rangeFor(new Float32Array(8).fill(saturated)), 63);
    assert.equal(rangeFor(Float32Array.of(exact, exact, saturated)), 63);
  });

  it('asks this machine', async () => {
    assert.ok([127, 63].includes(await exactActivationRange()));
  });
});
