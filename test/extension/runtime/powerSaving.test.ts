import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { PowerSaving } from '../../../src/extension/runtime/powerSaving.js';

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
  assert.equal(await new PowerSaving(laptop).look(), true);
  const plugged = suppliesOf(t, { AC: MAINS, BAT0: { type: 'Battery', status: 'Charging' } });
  assert.equal(await new PowerSaving(plugged).look(), false);
  const mouse = suppliesOf(t, { AC: MAINS, mouse: { type: 'Battery', scope: 'Device', status: 'Discharging' } });
  assert.equal(await new PowerSaving(mouse).look(), false);
});

test('a system that does not tell counts as plugged in', async () => {
  assert.equal(await new PowerSaving(path.join(tmpdir(), 'infill-no-such-folder')).look(), false);
});

test('nobody waits for it: an old answer is given, and a new one looked for', async (t) => {
  const folder = suppliesOf(t, { BAT0: { type: 'Battery', status: 'Discharging' } });
  let now = 0;
  const saving = new PowerSaving(folder, () => now);
  assert.equal(saving.isOn(), false);
  await saving.look();
  assert.equal(saving.isOn(), true);
  writeFileSync(path.join(folder, 'BAT0', 'status'), 'Charging\n');
  now = 60_000;
  assert.equal(saving.isOn(), true);
  while (saving.isOn()) await new Promise((resolve) => setTimeout(resolve, 5));
});
