import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';

const OPEN = 'Infill: Open Denoise View';
const SUM = ['function add(first: number, second: number): number {\n  return ', '\n}\n\nadd(1, 2);\n'] as const;
/** What is selected, for the view to begin with. */
const WRONG = ['def add(first, second):\n    return ', 'first - second', '\n\n\nprint(add(2, 3))  # 5\n'] as const;

describe('the denoise view in VS Code', { skip: withoutRig() }, () => {
  const folder = newFolder();
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.start({
      folder,
      vsix: [prepared('INFILL_VSIX')],
      viewport: { width: 1500, height: 800 },
    });
    await workbench.waitForExtension('infill-editor.infill');
  });
  after(async () => {
    writeFileSync(outputFile('denoiseView.log'), workbench.server.log());
    await workbench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const scene = picturedTest({ workbench: () => workbench, about: 'denoise view, ' });
  /** Leaves nothing open of the scene before. */
  const alone = async (): Promise<void> => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.page.locator('.tab').first().waitFor({ state: 'detached' });
  };

  const page = (): FrameLocator => workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  const tokens = (): Locator => page().locator('.tokens .token:not(.end)');
  const texts = async (): Promise<string> => (await tokens().allTextContents()).join('');
  const button = (name: string): Locator => page().getByRole('button', { name, exact: true });
  const status = (): Locator => page().locator('.status');
  /** Waits until the run has ended. */
  const finished = async (): Promise<void> => {
    await status()
      .filter({ hasText: /Finished/ })
      .waitFor();
    assert.notEqual(await tokens().count(), 0);
  };
  const closed = async (): Promise<void> =>
    workbench.until('the view is closed', async () => (await workbench.page.locator('iframe.webview').count()) === 0);

  const openHole = async (name: string): Promise<string> => {
    await alone();
    const file = path.join(folder, name);
    const lines = SUM[0].split('\n');
    writeFileSync(file, SUM.join(''));
    await workbench.openFile(file, { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
    await workbench.runCommand(OPEN);
    return file;
  };

  scene('a hole is filled token by token; what a person pins stays, what is masked is filled in again', async (t) => {
    const file = await openHole('sum.ts');
    await finished();
    t.diagnostic(JSON.stringify(await tokens().allTextContents()));
    await workbench.page.screenshot({ path: outputFile('denoise-view.png') });
    const before = await texts();
    // Back to before the first step, where nothing is settled, and to what stands now.
    const timeline = page().locator('input[type="range"]');
    await timeline.focus();
    await timeline.press('Home');
    await workbench.until(
      'nothing is settled',
      async () => (await page().locator('.tokens .token.masked').count()) > 0,
    );
    await timeline.press('End');
    await workbench.until('all is settled again', async () => (await texts()) === before);

    await tokens().first().press('p');
    await page().locator('.tokens .token.pinned').first().waitFor();
    for (const key of ['End', 'ArrowLeft', 'Delete']) await workbench.page.keyboard.press(key);
    await page().locator('.tokens .token.masked').first().waitFor();
    await button('Continue').click();
    await workbench.until(
      'nothing is masked any more',
      async () => (await page().locator('.tokens .token.masked').count()) === 0,
    );
    await finished();
    const [pinned = ''] = await tokens().allTextContents();
    assert.ok(before.startsWith(pinned), `${pinned} of ${before}`);

    const shown = await texts();
    await button('Insert').click();
    await closed();
    await workbench.saveFile();
    const saved = readFileSync(file, 'utf8');
    assert.ok(saved.startsWith(SUM[0]) && saved.endsWith(SUM[1]), saved);
    const inserted = saved.slice(SUM[0].length, saved.length - SUM[1].length);
    assert.equal(inserted.trim(), shown.replaceAll('↵', '').trim());
    await workbench.page.keyboard.press('Control+z');
    await workbench.saveFile();
    assert.equal(readFileSync(file, 'utf8'), SUM.join(''));
  });

  scene('alternatives are shown and chosen, and taken back; discarded, nothing has changed', async (t) => {
    const file = await openHole('discarded.ts');
    await finished();
    const before = await texts();
    const box = await tokens().first().boundingBox();
    t.diagnostic(JSON.stringify(box));
    assert.ok(box);
    await workbench.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const others = page().locator('.alternatives [role="option"]');
    await others.nth(1).waitFor();
    t.diagnostic(JSON.stringify(await others.allTextContents()));
    await workbench.page.screenshot({ path: outputFile('denoise-view-alternatives.png') });
    await others.nth(1).click();
    await workbench.until('another one stands there', async () => (await texts()) !== before);
    await button('Undo').click();
    await workbench.until('the first one is back', async () => (await texts()) === before);
    await button('Discard').click();
    await closed();
    assert.equal(readFileSync(file, 'utf8'), SUM.join(''));
    assert.equal(await workbench.page.locator('.tab.dirty').count(), 0);
  });

  scene(
    'a selection begins as it stands; what is edited around it moves it, what is edited inside ends it',
    async () => {
      await alone();
      const file = path.join(folder, 'wrong.py');
      writeFileSync(file, WRONG.join(''));
      const lines = WRONG[0].split('\n');
      await workbench.openFile(file, { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
      for (const _ of WRONG[1]) await workbench.page.keyboard.press('Shift+ArrowRight');
      await workbench.runCommand('Infill: Denoise Selection with...');
      await workbench.until(
        'the selection is there',
        async () => (await tokens().count()) > 1 && (await texts()).trim() === WRONG[1],
      );
      await button('Mask All That Is Not Pinned').click();
      await button('Continue').click();
      await finished();
      await workbench.page.screenshot({ path: outputFile('denoise-view-selection.png') });

      const editor = workbench.page.locator('.editor-instance .monaco-editor').first();
      await editor.locator('.view-line').first().click();
      await workbench.page.keyboard.press('Control+Home');
      await workbench.page.keyboard.type('# adds\n');
      await page().locator('.code').filter({ hasText: '# adds' }).waitFor();
      await workbench.page.keyboard.press('ArrowDown');
      await workbench.page.keyboard.press('End');
      await workbench.page.keyboard.press('ArrowLeft');
      await workbench.page.keyboard.type('s');
      await page().getByText('Nothing can be inserted any more').waitFor();
      await workbench.page.keyboard.press('Control+z');
    },
  );
});
