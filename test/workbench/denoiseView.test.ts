import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { DenoiseFrame } from './denoiseFrame.js';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';

const SUM = ['function add(first: number, second: number): number {\n  return ', '\n}\n\nadd(1, 2);\n'] as const;
/** What is selected, for the view to begin with. */
const WRONG = ['def add(first, second):\n    return ', 'first - second', '\n\n\nprint(add(2, 3))  # 5\n'] as const;

describe('the denoise view in VS Code', { skip: withoutRig() }, () => {
  const folder = newFolder();
  let workbench: Workbench;
  let view: DenoiseFrame;

  before(async () => {
    workbench = await Workbench.start({
      folder,
      vsix: [prepared('INFILL_VSIX')],
      viewport: { width: 1500, height: 800 },
    });
    await workbench.waitForExtension('infill-editor.infill');
    view = new DenoiseFrame(workbench);
  });
  after(async () => {
    writeFileSync(outputFile('denoiseView.log'), workbench.server.log());
    await workbench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const scene = picturedTest({ workbench: () => workbench, about: 'denoise view, ' });
  const openHole = async (name: string): Promise<string> => {
    const file = path.join(folder, name);
    await view.open(file, SUM);
    return file;
  };

  scene('a hole is filled token by token; what a person pins stays, what is masked is filled in again', async (t) => {
    const file = await openHole('sum.ts');
    await view.finished();
    t.diagnostic(JSON.stringify(await view.tokens.allTextContents()));
    await workbench.page.screenshot({ path: outputFile('denoise-view.png') });
    const before = await view.texts();
    // Back to before the first step, where nothing is settled, and to what stands now.
    const timeline = view.page.locator('input[type="range"]');
    await timeline.focus();
    await timeline.press('Home');
    await workbench.until(
      'nothing is settled',
      async () => (await view.page.locator('.tokens .token.masked').count()) > 0,
    );
    await timeline.press('End');
    await workbench.until('all is settled again', async () => (await view.texts()) === before);

    await view.tokens.first().press('p');
    await view.page.locator('.tokens .token.pinned').first().waitFor();
    for (const key of ['End', 'ArrowLeft', 'Delete']) await workbench.page.keyboard.press(key);
    await view.page.locator('.tokens .token.masked').first().waitFor();
    await view.button('Continue').click();
    await workbench.until(
      'nothing is masked any more',
      async () => (await view.page.locator('.tokens .token.masked').count()) === 0,
    );
    await view.finished();
    const [pinned = ''] = await view.tokens.allTextContents();
    assert.ok(before.startsWith(pinned), `${pinned} of ${before}`);

    const shown = await view.texts();
    await view.button('Insert').click();
    await view.closed();
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
    await view.finished();
    const before = await view.texts();
    const box = await view.tokens.first().boundingBox();
    t.diagnostic(JSON.stringify(box));
    assert.ok(box);
    await workbench.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const others = view.page.locator('.alternatives [role="option"]');
    await others.nth(1).waitFor();
    t.diagnostic(JSON.stringify(await others.allTextContents()));
    await workbench.page.screenshot({ path: outputFile('denoise-view-alternatives.png') });
    await others.nth(1).click();
    await workbench.until('another one stands there', async () => (await view.texts()) !== before);
    await view.button('Undo').click();
    await workbench.until('the first one is back', async () => (await view.texts()) === before);
    await view.button('Discard').click();
    await view.closed();
    assert.equal(readFileSync(file, 'utf8'), SUM.join(''));
    assert.equal(await workbench.page.locator('.tab.dirty').count(), 0);
  });

  scene(
    'a selection begins as it stands; what is edited around it moves it, what is edited inside ends it',
    async () => {
      await view.open(path.join(folder, 'wrong.py'), WRONG);
      await view.button('Mask All That Is Not Pinned').click();
      await view.button('Continue').click();
      await view.finished();
      await workbench.page.screenshot({ path: outputFile('denoise-view-selection.png') });

      const editor = workbench.page.locator('.editor-instance .monaco-editor').first();
      await editor.locator('.view-line').first().click();
      await workbench.page.keyboard.press('Control+Home');
      await workbench.page.keyboard.type('# adds\n');
      await view.page.locator('.code').filter({ hasText: '# adds' }).waitFor();
      await workbench.page.keyboard.press('ArrowDown');
      await workbench.page.keyboard.press('End');
      await workbench.page.keyboard.press('ArrowLeft');
      await workbench.page.keyboard.type('s');
      await view.page.getByText('Nothing can be inserted any more').waitFor();
      await workbench.page.keyboard.press('Control+z');
    },
  );
});
