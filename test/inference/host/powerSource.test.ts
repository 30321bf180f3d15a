import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ofPmset, ofSupplies, type PowerSource, powerSource } from '../../../src/inference/host/powerSource.js';

type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>;

const ON_MAINS: Supplies = { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } };
const LINUX: readonly (readonly [string, PowerSource, Supplies])[] = [
  ['a notebook on mains', 'mains', ON_MAINS],
  [
    'on its battery',
    'battery',
    { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', status: 'Discharging' } },
  ],
  ['on mains, which is too weak', 'mains', { ...ON_MAINS, BAT0: { type: 'Battery', status: 'Discharging' } }],
  ['a full battery', 'mains', { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', status: 'Full' } }],
  ['charged by USB', 'mains', { C: { type: 'USB', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } }],
  ['a desktop with a mouse', 'mains', { hid: { type: 'Battery', status: 'Discharging', scope: 'Device' } }],
  ['a computer without any', 'mains', {}],
];

for (const [name, expected, supplies] of LINUX) {
  test(`Linux: ${name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'infill-power-'));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const [supply, files] of Object.entries(supplies)) {
      mkdirSync(join(folder, supply));
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, supply, file), `${text}\n`);
    }
    assert.equal(await ofSupplies(folder), expected);
  });
}

test('macOS: the first line of pmset names the source', () => {
  const line = ' -InternalBattery-0 (id=4653155)\t87%; discharging; 5:32 remaining present: true\n';
  assert.equal(ofPmset(`Now drawing from 'Battery Power'\n${line}`), 'battery');
  assert.equal(ofPmset("Now drawing from 'AC Power'\n"), 'mains');
  assert.equal(ofPmset(''), undefined);
});

test('elsewhere it is not known, and no error', async () => {
  assert.equal(await powerSource('win32'), undefined);
});

test('of this computer something is known, where it is one of those that tell', async (t) => {
  const source = await powerSource();
  t.diagnostic(String(source));
  assert.ok([undefined, 'mains', 'battery'].includes(source));
});
