import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { Battery } from '../../../src/extension/runtime/battery.js';

type Supply = Readonly<Record<string, string>>;

function suppliesOf(t: TestContext, supplies: Readonly<Record<string, Supply>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'infill-power-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, files] of Object.entries(supplies)) {
    mkdirSync(path.join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, name, file), `${text}\n`);
  }
  return folder;
}

const MAINS = { type: 'Mains', online: '1' };

test('a battery that is being used up counts; one that is charged, and that of a mouse, do not', async (t) => {
  const laptop = suppliesOf(t, { AC: { ...MAINS, online: '0' }, BAT0: { type: 'Battery', status: 'Discharging' } });
  assert.equal(await new Battery(laptop).look(), true);
  const plugged = suppliesOf(t, { AC: MAINS, BAT0: { type: 'Battery', status: 'Charging' } });
  assert.equal(await new Battery(plugged).look(), false);
  const mouse = suppliesOf(t, { AC: MAINS, mouse: { type: 'Battery', scope: 'Device', status: 'Discharging' } });
  assert.equal(await new Battery(mouse).look(), false);
});

test('a system that does not tell counts as plugged in', async () => {
  assert.equal(await new Battery(path.join(tmpdir(), 'infill-no-such-folder')).look(), false);
});

test('nobody waits for it: an old answer is given, and a new one looked for', async (t) => {
  const folder = suppliesOf(t, { BAT0: { type: 'Battery', status: 'Discharging' } });
  let now = 0;
  const battery = new Battery(folder, () => now);
  assert.equal(battery.isInUse(), false);
  await battery.look();
  assert.equal(battery.isInUse(), true);
  writeFileSync(path.join(folder, 'BAT0', 'status'), 'Charging\n');
  now = 60_000;
  assert.equal(battery.isInUse(), true);
  while (battery.isInUse()) await new Promise((resolve) => setTimeout(resolve, 5));
});
