import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';

const FILL = 'Infill: Fill Every Cursor';
/** Where the cursors are set: what stands there is selected everywhere and deleted. */
const MARK = '@@';
/** So regular that the model is sure of a text at each of the three. */
const POINT = [
  'export class Point {\n  constructor(readonly x: number, readonly y: number) {}\n\n' +
    '  plus(other: Point): Point {\n    return new Point(this.x + other.x, ',
  ');\n  }\n\n  minus(other: Point): Point {\n    return new Point(this.x - other.x, ',
  ');\n  }\n\n  times(factor: number): Point {\n    return new Point(this.x * factor, ',
  ');\n  }\n}\n',
] as const;
/** What is typed at each cursor to see where they all stand. */
const TYPED = '00';

describe('Fill Every Cursor in VS Code', { skip: withoutRig() }, () => {
  const folder = newFolder();
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.start({
      folder,
      vsix: [prepared('INFILL_VSIX')],
      viewport: { width: 1400, height: 800 },
      settings: { 'infill.eagerness': 'asked', 'editor.quickSuggestions': { other: 'off' } },
    });
    await workbench.waitForExtension('infill-editor.infill');
  });
  after(async () => {
    writeFileSync(outputFile('fillEveryCursor.log'), workbench.server.log());
    await workbench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const toasts = async (): Promise<string[]> => workbench.page.locator('.notification-toast').allInnerTexts();
  const scene = picturedTest({
    workbench: () => workbench,
    about: 'fill every cursor, ',
    told: async () => `Notifications: ${(await toasts()).join(' | ')}\nLog: ${workbench.infillLog().slice(-1500)}`,
  });
  const screenshot = async (name: string): Promise<unknown> =>
    workbench.page.screenshot({ path: outputFile(`${name}.png`) });

  const status = async (): Promise<string> =>
    (await workbench.page.locator('.statusbar').innerText()).replaceAll('\n', ' ');

  /** A new file with a cursor between each two of its parts, and nothing to save. */
  const openWithCursors = async (name: string, parts: readonly string[]): Promise<string> => {
    const file = path.join(folder, name);
    writeFileSync(file, parts.join(MARK));
    const lines = (parts[0] ?? '').split('\n');
    await workbench.openFile(file, { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
    for (const _ of MARK) await workbench.page.keyboard.press('Shift+ArrowRight');
    await workbench.page.keyboard.press('Control+Shift+l');
    await workbench.until('all marks are selected', async () => /\b\d+ selections/.test(await status()));
    await workbench.page.keyboard.press('Delete');
    await workbench.saveFile();
    assert.equal(readFileSync(file, 'utf8'), parts.join(''));
    return file;
  };
  const untilToast = async (what: string, pattern: RegExp): Promise<string> => {
    let found: string | undefined;
    await workbench.until(
      what,
      async () => (found = (await toasts()).find((toast) => pattern.test(toast))) !== undefined,
    );
    return found ?? '';
  };
  const proposed = async (): Promise<string> => {
    await workbench.runCommand(FILL);
    await workbench.page.locator('.editor-group-container.active .monaco-diff-editor').waitFor();
    return untilToast('the choice is offered', /Discard/);
  };
  const quiet = async (): Promise<void> =>
    workbench.until('no notification is left', async () => (await toasts()).length === 0);
  const backIn = async (name: string): Promise<void> => {
    await workbench.page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
    await workbench.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  };
  /** The texts at the cursors of a saved file. */
  const filled = (file: string, parts: readonly string[] = POINT): readonly string[] => {
    const text = readFileSync(file, 'utf8');
    const pattern = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('([^]*?)');
    const texts = new RegExp(`^${pattern}$`).exec(text)?.slice(1);
    assert.ok(texts, text);
    return texts;
  };

  scene('three are filled; all are accepted as one undo step, and each cursor stands behind its text', async (t) => {
    const file = await openWithCursors('all.ts', POINT);
    const note = await proposed();
    t.diagnostic(note.replaceAll('\n', ' '));
    assert.match(note, /1 of 3: .*is inserted/s);
    await screenshot('fill-every-cursor');
    assert.equal(readFileSync(file, 'utf8'), POINT.join(''), 'nothing is inserted before anyone agreed');
    await workbench.page.keyboard.press('Control+Enter');
    await backIn('all.ts');
    await workbench.saveFile();
    await quiet();
    await screenshot('fill-every-cursor-accepted');
    const texts = filled(file);
    t.diagnostic(JSON.stringify(texts));
    assert.ok(texts.every((text) => text !== ''));

    await workbench.page.keyboard.press('Control+z');
    await workbench.saveFile();
    assert.equal(readFileSync(file, 'utf8'), POINT.join(''));
    await workbench.page.keyboard.press('Control+Shift+z');
    await workbench.saveFile();
    assert.deepEqual(filled(file), texts);
  });

  scene('what is typed after all are accepted is typed behind each text', async () => {
    const file = await openWithCursors('typed.ts', POINT);
    await proposed();
    await workbench.page.keyboard.press('Control+Enter');
    await backIn('typed.ts');
    await workbench.saveFile();
    const texts = filled(file);
    await workbench.page.keyboard.type(TYPED);
    await workbench.saveFile();
    assert.deepEqual(
      filled(file),
      texts.map((text) => text + TYPED),
    );
  });

  scene('discarded, the document is as it was, with its cursors', async () => {
    const file = await openWithCursors('discarded.ts', POINT);
    await proposed();
    await workbench.page.keyboard.press('Control+Backspace');
    await backIn('discarded.ts');
    await quiet();
    assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
    assert.equal(readFileSync(file, 'utf8'), POINT.join(''));
    await workbench.page.keyboard.type(TYPED);
    await workbench.saveFile();
    assert.deepEqual(filled(file), [TYPED, TYPED, TYPED]);
  });

  scene('one is accepted and the others are discarded; another try goes on from there', async (t) => {
    const file = await openWithCursors('one.ts', POINT);
    await proposed();
    await workbench.page.keyboard.press('Alt+F5');
    await untilToast('the second one is told', /2 of 3/);
    await workbench.page.keyboard.press('Alt+Enter');
    await untilToast('two are left', /2 of 2/);
    await workbench.runCommand('Infill: Try Again...');
    t.diagnostic(await untilToast('another proposal for these two', /1 of 2: “/));
    await screenshot('fill-every-cursor-again');
    await workbench.page.keyboard.press('Alt+Backspace');
    await untilToast('one is left', /^(?!.* of 2).*Discard/s);
    await workbench.page.keyboard.press('Alt+Backspace');
    await backIn('one.ts');
    await workbench.saveFile();
    await quiet();
    const texts = filled(file);
    assert.deepEqual([texts[0], texts[2]], ['', '']);
    assert.notEqual(texts[1], '');
    await workbench.page.keyboard.type(TYPED);
    await workbench.saveFile();
    assert.deepEqual(filled(file), [TYPED, `${texts[1] ?? ''}${TYPED}`, TYPED]);
  });

  scene('where nothing is missing at one of them, it is said, and why', async (t) => {
    const parts = [
      'export function half(value: number): number {\n  return value ',
      ' 2;\n}\n\nexport const name = "done";',
      '\n\nexport function double(value: number): number {\n  return value ',
      ' 2;\n}\n',
    ];
    const file = await openWithCursors('some.ts', parts);
    await proposed();
    await untilToast('the line and the reason', /2 of 3 filled\. Line 5: The model found nothing to add here\./);
    await screenshot('fill-every-cursor-some');
    await workbench.page.keyboard.press('Control+Enter');
    await backIn('some.ts');
    await workbench.saveFile();
    const texts = filled(file, parts);
    t.diagnostic(JSON.stringify(texts));
    assert.deepEqual(
      texts.map((text) => text !== ''),
      [true, false, true],
    );
    await workbench.runCommand('Infill: Why Was Nothing Suggested?');
    await workbench.page
      .getByText(/Fill Every Cursor · Line 5/)
      .first()
      .waitFor();
    await screenshot('fill-every-cursor-why');
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  scene('the context menu offers it where several cursors are set, and not otherwise', async () => {
    const item = workbench.page.getByRole('menuitem', { name: FILL });
    const other = workbench.page.getByRole('menuitem', { name: 'Infill: Open Denoise View' });
    await openWithCursors('menu.ts', POINT);
    await workbench.page.keyboard.press('Shift+F10');
    await item.waitFor();
    await screenshot('fill-every-cursor-menu');
    await workbench.page.keyboard.press('Escape');
    await item.waitFor({ state: 'detached' });
    await workbench.page.locator('.editor-group-container.active .view-line').first().click();
    await workbench.until('one cursor is left', async () => !(await status()).includes('selections'));
    await workbench.page.keyboard.press('Shift+F10');
    await other.waitFor();
    assert.equal(await item.count(), 0);
    await workbench.page.keyboard.press('Escape');
    await other.waitFor({ state: 'detached' });
  });

  scene('what is typed at the cursors while the proposal is shown makes it be refused, and stays', async () => {
    const file = await openWithCursors('edited.ts', POINT);
    await proposed();
    await workbench.runCommand('View: Open Previous Editor');
    await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await workbench.page.keyboard.type(TYPED);
    await workbench.saveFile();
    await workbench.runCommand('Infill: Accept All Changes');
    await untilToast('it is refused', /The text at or between the cursors has changed/);
    await screenshot('fill-every-cursor-refused');
    assert.deepEqual(filled(file), [TYPED, TYPED, TYPED]);
    await workbench.runCommand('Infill: Discard Proposal');
    await workbench.page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
    assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
    await workbench.runCommand('Notifications: Clear All Notifications');
    await quiet();
  });

  scene('a single cursor is told what is missing, until there are two', async () => {
    const file = path.join(folder, 'single.ts');
    writeFileSync(file, POINT.join(''));
    await workbench.openFile(file, { line: 5, column: 1 });
    await workbench.runCommand(FILL);
    await untilToast('it asks for more', /Set two or more cursors first/);
    await screenshot('fill-every-cursor-single');
    await workbench.page.locator('.editor-group-container.active .monaco-editor').first().click();
    await workbench.page.keyboard.press('Control+Home');
    await workbench.page.keyboard.press('Shift+Alt+ArrowDown');
    await quiet();
  });

  scene('cancelled while it is computed, nothing is shown and nothing has changed', async () => {
    const file = await openWithCursors('cancelled.ts', POINT);
    await workbench.runCommand('Infill: Restart Inference'); // loading takes its time
    await workbench.runCommand(FILL);
    await untilToast('it is under way', /loading the model|filling/);
    await screenshot('fill-every-cursor-progress');
    await workbench.page.locator('.notification-toast').getByRole('button', { name: 'Cancel' }).click();
    await quiet();
    await workbench.until('the model is there', () =>
      /holes in [^\n]*nothing \(cancelled\)/.test(workbench.infillLog()),
    );
    assert.equal(await workbench.page.locator('.monaco-diff-editor').count(), 0);
    assert.equal(readFileSync(file, 'utf8'), POINT.join(''));
    assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
  });
});
