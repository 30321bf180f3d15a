import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { publishRecord, readRecord, withdrawRecord } from '../../../src/inference/link/record.js';

const folder = mkdtempSync(path.join(tmpdir(), 'infill-r-'));
after(() => rmSync(folder, { recursive: true }));

function record(digit: string): Parameters<typeof publishRecord>[2] {
  return { name: digit.repeat(12), pid: 1, address: 'somewhere', secret: digit.repeat(64) };
}

void describe('the record of a process', () => {
  it('is of the first that publishes one, and readable to its owner alone', () => {
    assert.equal(publishRecord(folder, 'first', record('a')), true);
    assert.equal(publishRecord(folder, 'first', record('b')), false);
    assert.deepEqual(readRecord(folder, 'first'), record('a'));
    if (process.platform !== 'win32') assert.equal(statSync(path.join(folder, 'first.json')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['first.json']);
  });

  it('is taken away by its name, and no other in its place', () => {
    publishRecord(folder, 'taken', record('a'));
    withdrawRecord(folder, 'taken', record('b').name);
    assert.deepEqual(readRecord(folder, 'taken'), record('a'));
    withdrawRecord(folder, 'taken', record('a').name);
    assert.equal(readRecord(folder, 'taken'), undefined);
    assert.equal(publishRecord(folder, 'taken', record('b')), true);
    withdrawRecord(folder, 'taken', record('b').name);
  });

  it('is none where it is not whole', () => {
    for (const text of [
      '',
      '{',
      '{}',
      JSON.stringify({ ...record('a'), secret: 'short' }),
      JSON.stringify({ ...record('a'), name: '../../x' }),
    ]) {
      writeFileSync(path.join(folder, 'broken.json'), text);
      assert.equal(readRecord(folder, 'broken'), undefined);
    }
  });
});
