import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildCli, bundleFolder } from '../builtBundle.js';
import { differences, report } from './differences.js';
import { record } from './record.js';
import { shortScenarios } from './requests/short.js';
import { ROOT } from './scenario.js';
import { readTape } from './tape.js';

/**
 * Processors differ in the last digits of 32-bit sums, and in how 8-bit products are rounded. Texts are the same on all of them:
 * the short tape asks what has no near ties.
 */
const tolerance = (entry: string): number => (entry.startsWith('bundled/') ? 0.05 : 1e-3);

describe('the tape', () => {
  let built: string;
  before(async () => (built = await bundleFolder('tape-')));
  after(() => rm(built, { recursive: true }));

  it('the command line says what it has always said; main.ts says how to record it anew after a change on purpose', async () => {
    const cli = path.join(built, 'dist', 'cli.cjs');
    await buildCli(cli);
    const kept = await readTape(path.join(ROOT, 'test/fixtures/tape.json'));
    const found = differences(kept, await record(shortScenarios(), cli), { tolerance });
    if (found.length > 0) assert.fail(report(found));
  });

  it('names what differs, and what only one tape has', () => {
    const one = { a: { text: 'x', tokens: [1, 2], passes: 3 }, b: 'same', c: null };
    const other = { a: { text: 'y', tokens: [1], passes: 4 }, b: 'same', d: true };
    const found = differences(one, other, { ignored: ['passes'] });
    assert.deepEqual(
      found.map(({ entry, place }) => entry + place),
      ['a.text', 'a.tokens[1]', 'c', 'd'],
    );
    assert.match(report(found), /^a\n {2}\.text\n {4}- "x"\n {4}\+ "y"\n[^]*4 differences in 3 entries$/u);
  });

  it('numbers differ to the last bit, unless some tolerance is asked for', () => {
    const [one, other] = [{ a: [0.1 + 0.2] }, { a: [0.3] }];
    assert.equal(differences(one, other).length, 1);
    assert.equal(differences(one, other, { tolerance: () => 1e-9 }).length, 0);
    assert.equal(differences({ a: 100 }, { a: 101 }, { tolerance: () => 1e-3 }).length, 1);
  });
});
