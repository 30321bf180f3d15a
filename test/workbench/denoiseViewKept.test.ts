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
const WINDOW = { width: 1500, height: 800 };

describe('what the denoise view keeps and shows in VS Code', { skip: withoutRig() }, () => {
  const folder = newFolder();
  let workbench: Workbench;
  let view: DenoiseFrame;

  before(async () => {
    workbench = await Workbench.start({ folder, vsix: [prepared('INFILL_VSIX')], viewport: WINDOW });
    await workbench.waitForExtension('infill-editor.infill');
    view = new DenoiseFrame(workbench);
  });
  after(async () => {
    writeFileSync(outputFile('denoiseViewKept.log'), workbench.server.log());
    await workbench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const scene = picturedTest({ workbench: () => workbench, about: 'denoise view, ' });
  const picture = async (name: string): Promise<void> => {
    await workbench.page.screenshot({ path: outputFile(`${name}.png`) });
  };

  scene('conditions are set by keyboard, hold of what is filled in, and are refused where they cannot', async (t) => {
    const file = path.join(folder, 'conditions.ts');
    await view.open(file, SUM);
    await view.finished();
    const { keyboard } = workbench.page;
    await view.page.locator('.conditions summary').focus();
    for (const key of ['Enter', 'Tab']) await keyboard.press(key);
    await keyboard.type('second +');
    for (const key of ['Enter', 'Tab']) await keyboard.press(key);
    await keyboard.type(';');
    await keyboard.press('Tab');
    await view.page
      .locator('.conditions summary')
      .filter({ hasText: 'starts with “second +”, ends with “;”' })
      .waitFor();

    // What stands there says otherwise, and is named.
    await view.tokens.last().press('Delete');
    await view.button('Continue').click();
    await view.problem.filter({ hasText: /must start with "second \+", and what is settled there is "/ }).waitFor();
    await picture('denoise-view-refused');

    await view.button('Start Over').click();
    await view.finished();
    const text = (await view.texts()).replaceAll('↵', '').trim();
    t.diagnostic(JSON.stringify(await view.labels()));
    assert.ok(text.startsWith('second +') && text.endsWith(';'), text);
    assert.match((await view.labels())[0] ?? '', /^second, .*from a condition, pinned$/u);
    await picture('denoise-view-conditions');
    // Every further run holds them as well: all but the ends is masked.
    await view.button('Mask All That Is Not Pinned').click();
    await view.button('Continue').click();
    await view.finished();
    const again = (await view.texts()).replaceAll('↵', '').trim();
    assert.ok(again.startsWith('second +') && again.endsWith(';'), again);
    await keyboard.press('Control+Enter');
    await view.closed();
    await workbench.saveFile();
    assert.match(readFileSync(file, 'utf8'), /return second \+[^]*;\n\}/u);
  });

  scene('a selection is shaded by how likely its tokens are, and the unsure ones can be masked', async (t) => {
    await view.open(path.join(folder, 'shaded.py'), WRONG);
    const shares = async (): Promise<number[]> =>
      (await view.labels()).map((label) => Number(/, (\d+)%/u.exec(label)?.[1] ?? Number.NaN));
    await workbench.until('the shades are there', async () => (await shares()).some((share) => share < 100));
    t.diagnostic(JSON.stringify(await view.labels()));
    await picture('denoise-view-shades');
    const unsure = (await shares()).filter((share) => share < 20).length;
    await view.button('Mask What Is Unsure').click();
    await workbench.until(
      'they are masked',
      async () => (await view.page.locator('.tokens .token.masked').count()) === unsure,
    );
  });

  scene(
    'a window that is loaded again has the view with its canvas, its conditions and what can be undone',
    async () => {
      const file = path.join(folder, 'kept.ts');
      await view.open(file, SUM);
      await view.finished();
      await view.page.locator('.conditions summary').click();
      await view.field('Tokens, at most').fill('30');
      await view.field('Tokens, at most').press('Enter');
      await view.tokens.first().press('p');
      await view.page.locator('.tokens .token.pinned').first().waitFor();
      await view.tokens.last().press('Delete');
      await view.page.locator('.tokens .token.masked').first().waitFor();
      const [texts, labels] = [await view.texts(), await view.labels()];
      await workbench.page.waitForTimeout(500); // the page keeps its state after a moment

      const loaded = workbench.page.waitForEvent('load');
      await workbench.runCommand('Developer: Reload Window');
      await loaded;
      await workbench.page.waitForFunction('infillRig.isStarted()');
      await view.tokens.first().waitFor();
      assert.equal(await view.texts(), texts);
      assert.deepEqual(await view.labels(), labels);
      await view.page.locator('.conditions summary').filter({ hasText: '0 to 30 tokens' }).waitFor();
      await picture('denoise-view-reloaded');
      await view.button('Undo').click();
      await workbench.until(
        'nothing is masked',
        async () => (await view.page.locator('.tokens .token.masked').count()) === 0,
      );
      await view.button('Redo').click();
      await view.button('Continue').click();
      await view.finished();
      const shown = (await view.texts()).replaceAll('↵', '').trim();
      await view.button('Insert').click();
      await view.closed();
      await workbench.saveFile();
      const saved = readFileSync(file, 'utf8');
      assert.equal(saved.slice(SUM[0].length, saved.length - SUM[1].length).trim(), shown);
    },
  );

  scene('everything has a role and a name for those who do not see it', async (t) => {
    await view.open(path.join(folder, 'named.ts'), SUM);
    await view.finished();
    await view.page.locator('.conditions summary').click();
    const tree = await view.page.locator('main').ariaSnapshot();
    t.diagnostic(tree);
    writeFileSync(outputFile('denoise-view-roles.txt'), tree);
    for (const role of [
      /^- main "Denoise named\.ts"/u,
      /- toolbar "Run"/u,
      /- button "Continue"/u,
      /- spinbutton "Steps"/u,
      /- group "Conditions"/u,
      /- textbox "Must start with"/u,
      /- textbox "Must end with"/u,
      /- textbox "Must contain"/u,
      /- spinbutton "Tokens, at least"/u,
      /- spinbutton "Tokens, at most"/u,
      /- toolbar "Selected tokens"/u,
      /- listbox "Text, token by token"/u,
      /- option "[^"]*, \d+%, step \d+, [^"]*"/u,
      /- option "end of the text"/u,
      /- slider "Steps of the last run"/u,
      /- status: Finished/u,
    ]) {
      assert.match(tree, role);
    }
    assert.doesNotMatch(tree, /- (?:button|textbox|option|slider|spinbutton)(?: \[|:|$)/mu, 'something has no name');
  });

  scene('it is whole in a dark theme, in high contrast, at 200% and in a narrow panel', async () => {
    await view.open(path.join(folder, 'themes.py'), WRONG);
    await view.page.locator('.conditions summary').click();
    await view.field('Must contain').fill('+');
    await view.field('Must contain').press('Enter');
    await view.tokens.first().press('p');
    for (const key of ['ArrowRight', 'Delete']) await workbench.page.keyboard.press(key);
    await view.page.locator('.legend summary').click();
    const theme = async (name: string, kind: string): Promise<void> => {
      const { widget } = workbench.quickInput;
      await workbench.quickInput.open('F1', '>Preferences: Color Theme');
      // Another command may be listed first.
      await widget.getByText('Preferences: Color Theme', { exact: true }).first().click();
      await widget.getByPlaceholder('Select Color Theme').fill(name);
      await widget.locator('.monaco-list-row.focused').filter({ hasText: name }).waitFor();
      await view.page.locator(`body.${kind}`).waitFor(); // the list tries it out already
      await workbench.page.keyboard.press('Enter');
      await widget.waitFor({ state: 'hidden' });
    };
    const overflow = async (): Promise<string> =>
      view.page.locator('html').evaluate((html) => {
        const { scrollWidth, clientWidth } = html as unknown as Record<'scrollWidth' | 'clientWidth', number>;
        return scrollWidth > clientWidth ? `${scrollWidth} pixels in ${clientWidth}` : '';
      });
    await theme('Dark Modern', 'vscode-dark');
    await picture('denoise-view-dark');
    assert.equal(await overflow(), '');
    await theme('Light High Contrast', 'vscode-high-contrast-light');
    await picture('denoise-view-contrast-light');
    await theme('Dark High Contrast', 'vscode-high-contrast');
    await picture('denoise-view-contrast');
    assert.equal(await overflow(), '');
    // A window at 200% has half as many pixels, each twice as large.
    await workbench.page.setViewportSize({ width: WINDOW.width / 2, height: WINDOW.height / 2 });
    await picture('denoise-view-narrow');
    assert.equal(await overflow(), '');
    await theme('Dark Modern', 'vscode-dark');
    await workbench.runCommand('View: Close Primary Side Bar');
    const scaled = await workbench.page.context().newCDPSession(workbench.page);
    const half = { width: WINDOW.width / 2, height: WINDOW.height / 2, deviceScaleFactor: 2, mobile: false };
    await scaled.send('Emulation.setDeviceMetricsOverride', half);
    await picture('denoise-view-200');
    await scaled.send('Emulation.clearDeviceMetricsOverride');
    assert.equal(await overflow(), '');
  });
});
