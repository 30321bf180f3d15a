import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { relayProcesses, workerProcesses } from './workerProcesses.js';
import { Workbench } from './rig/workbench.js';

const BEGUN = ['export function add(first: number, second: number): number {\n  return ', '\n}\n'] as const;
const COLUMN = '  return '.length + 1;

/** How many windows say that they use a process. */
function marksOf(home: string): number {
  return readdirSync(path.join(home, 'infill')).filter((name) => /\.w\d+$/u.test(name)).length;
}

/** Tells the page of a headless browser, which always has the focus, that a person looks elsewhere, or here again. */
async function look(workbench: Workbench, isHere: boolean): Promise<void> {
  await workbench.page.evaluate(
    `document.hasFocus = () => ${isHere}; window.dispatchEvent(new Event('${isHere ? 'focus' : 'blur'}'))`,
  );
}

describe('a window that opens in the background', { skip: withoutRig() }, () => {
  test('loads the model when a person comes there, and is ready before they type', async () => {
    const folder = newFolder();
    const file = path.join(folder, 'add.ts');
    writeFileSync(file, BEGUN.join(''));
    const open = { file, line: 2, column: COLUMN };
    const workbench = await Workbench.start({
      folder,
      open,
      vsix: [prepared('INFILL_VSIX')],
      logLevel: 'debug',
    });
    try {
      await look(workbench, false);
      await workbench.until('Infill is active', () => workbench.server.log().includes('Active after'));
      await sleep(5000);
      assert.deepEqual(workerProcesses(workbench.server.pid), []);
      await look(workbench, true);
      await workbench.until('the model has read the place', () =>
        /Inference process working: .*\n(.*\n)*.*Inference process ready/.test(workbench.server.log()),
      );
      assert.equal(workerProcesses(workbench.server.pid).length, 1);
    } finally {
      writeFileSync(outputFile('backgroundWindow.log'), workbench.server.log());
      await workbench.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a window with a file that is open from the start', { skip: withoutRig() }, () => {
  const folder = newFolder();
  const file = path.join(folder, 'add.ts');
  let workbench: Workbench;

  before(async () => {
    writeFileSync(file, BEGUN.join(''));
    workbench = await Workbench.start({
      folder,
      vsix: [prepared('INFILL_VSIX')],
      open: { file, line: 2, column: COLUMN },
      // An entry of IntelliSense that nobody chose would decide what is shown.
      settings: { 'infill.minimumConfidence': 0, 'editor.quickSuggestions': false },
      logLevel: 'trace',
    });
  });
  after(async () => {
    writeFileSync(outputFile('freshWindow.log'), workbench.server.log());
    await workbench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  test('suggests for a key that was pressed before Infill was active', async (t) => {
    await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    assert.doesNotMatch(workbench.server.log(), /Active after/, 'it was there too soon to show anything');
    await workbench.page.keyboard.press('f');
    const isAsked = (): boolean => / in add\.ts: /.test(workbench.server.log());
    if ((await workbench.ghostTextWithin(20_000)) === '' && !isAsked()) {
      t.diagnostic('VS Code had not loaded what notices the key, so nobody was asked.');
      for (const key of ['Backspace', 'f']) await workbench.page.keyboard.press(key);
    }
    const ghost = await workbench.waitForGhostText();
    t.diagnostic(JSON.stringify(ghost));
  });

  test('has loaded the model at hardly less than the priority of what waits for it', () => {
    const [pid = 0, ...others] = workerProcesses(workbench.server.pid);
    assert.deepEqual(others, []);
    assert.equal(getPriority(pid), Math.min(19, Math.max(0, getPriority(workbench.server.pid)) + 1));
  });

  test('shares its process with a second window, and neither is told where that is killed', async () => {
    const [pid = 0] = workerProcesses(workbench.server.pid);
    const second = await workbench.openSecondWindow();
    await workbench.until('both windows have the model', () => marksOf(workbench.server.home) === 2);
    assert.equal(relayProcesses(workbench.server.pid).length, 2);
    assert.deepEqual(workerProcesses(workbench.server.pid), [pid]);
    await sleep(3000); // until the second has read the place
    process.kill(pid, 'SIGKILL');
    await workbench.page.bringToFront();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('i');
    await workbench.waitForGhostText();
    assert.ok(!workerProcesses(workbench.server.pid).includes(pid));
    for (const page of [workbench.page, second]) {
      assert.equal(await page.locator('.notification-toast').count(), 0);
    }
  });
});
