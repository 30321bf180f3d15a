import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DenoiseSpeed, roughly } from '../../../src/extension/denoise/denoiseSpeed.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('before anything was measured, 400 lines take minutes', () => {
  const ms = new DenoiseSpeed().estimate({ characters: 400 * 34, strength: 0.5 });
  assert.equal(roughly(ms, plainLocalizer), 'about 3 minutes');
});

test('the estimate is in proportion to the length, by what was measured', () => {
  const speed = new DenoiseSpeed();
  speed.add({ characters: 100, strength: 0.5, ms: 900 });
  speed.add({ characters: 900, strength: 0.5, ms: 1100 });
  assert.equal(speed.estimate({ characters: 5000, strength: 0.5 }), 10_000);
});

test('a higher strength is taken to be slower, a lower one not to be faster', () => {
  const speed = new DenoiseSpeed();
  speed.add({ characters: 100, strength: 0.5, ms: 1000 });
  assert.equal(speed.estimate({ characters: 100, strength: 1 }), 2000);
  assert.equal(speed.estimate({ characters: 100, strength: 0.1 }), 1000);
});

test('only the latest runs count, and none after a change of model', () => {
  const speed = new DenoiseSpeed();
  speed.add({ characters: 100, strength: 1, ms: 1_000_000 });
  for (let run = 0; run < 20; run++) {
    speed.add({ characters: 100, strength: 1, ms: 100 });
  }
  assert.equal(speed.estimate({ characters: 100, strength: 1 }), 100);
  speed.clear();
  assert.equal(
    speed.estimate({ characters: 100, strength: 1 }),
    new DenoiseSpeed().estimate({ characters: 100, strength: 1 }),
  );
});

test('times are rounded to what an estimate can tell', () => {
  assert.deepEqual(
    [100, 7200, 41_000, 55_000, 80_000, 100_000, 3_600_000].map((ms) => roughly(ms, plainLocalizer)),
    [
      'about 2 seconds',
      'about 8 seconds',
      'about 50 seconds',
      'about a minute',
      'about a minute',
      'about 2 minutes',
      'about 60 minutes',
    ],
  );
});
