import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactWeightSign, signFor } from '../../../../src/engine/network/runtime/saturationProbe.js';

describe('saturation probe', () => {
  it('knows exact sums from saturated ones', () => {
    const exact = 127 * 127 * 64;
    assert.equal(signFor(new Float32Array(8).fill(exact)), 'signed');
    // 32 pairs of 32767 in place of 2 * 255 * 127, less the zero point's share.
    const saturated = 32 * 32767 - 128 * 127 * 64;
    assert.equal(signFor(new Float32Array(8).fill(saturated)), 'unsigned');
    assert.equal(signFor(Float32Array.of(exact, exact, saturated)), 'unsigned');
  });

  it('asks this machine', async () => {
    assert.ok(['signed', 'unsigned'].includes(await exactWeightSign()));
  });
});
