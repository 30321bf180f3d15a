import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { EXAMPLES, MARK } from '../../src/extension/commands/exampleTexts.js';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { workerProcesses } from './workerProcesses.js';
import { Workbench } from './rig/workbench.js';

const EXTENSION = 'infill-editor.infill';
const SUM = ['function add(first: number, second: number): number {\n  return ', '\n}\n\nadd(1, 2);\n'] as const;
const MEAN = ['def mean(values):\n    total = sum(values)\n    return ', '\n\n\nprint(mean([1, 2, 3]))\n'] as const;
/** Lines to type; brackets are closed by the editor. */
const TYPED = [
  ['function multiply(first: number, second: number): number {', 'return first'],
  ['function lengthOf(text: string): number {', 'return text'],
  ['for (let index = 0; index < 10; index++) {', 'console.log('],
] as const;
/** What stands between contradicts what stands around it, so that a model would change it. */
const WRONG = ['def add(first, second):\n    return ', 'first - second', '\n\n\nprint(add(2, 3))  # 5\n'] as const;

describe('the packed extension, as a person sees it', { skip: withoutRig() }, () => {
  const folder = newFolder();
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.start({
      folder,
      vsix: [prepared('INFILL_VSIX')],
      settings: {
        'infill.minimumConfidence': 0, // the model is young: what it is not sure of counts here too
        'infill.alternatives': 1, // as while typing: times of several do not count for Set Denoising Steps
        'infill.denoise.strength': 1,
        'infill.delay.mode': 'fixed',
        'infill.delay.milliseconds': 0,
      },
    });
    await workbench.waitForExtension(EXTENSION);
  });
  after(async () => {
    writeFileSync(outputFile('workbench.log'), workbench.server.log());
    await workbench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A test that leaves a picture behind when it fails. */
  const scene = (name: string, body: (t: TestContext) => Promise<void>): void => {
    void test(name, async (t) => {
      try {
        await body(t);
      } catch (error) {
        await workbench.page.screenshot({ path: outputFile(`failed: ${name}.png`) });
        const log = /--- [^\n]*Infill\.log\n([^]*?)(\n---|$)/.exec(workbench.server.log())?.[1] ?? '';
        t.diagnostic(
          `Notifications: ${(await toasts()).join(' | ') || 'none'}\nLog of Infill ends:\n${log.slice(-1500)}`,
        );
        throw error;
      }
    });
  };
  const screenshot = async (name: string): Promise<unknown> =>
    workbench.page.screenshot({ path: outputFile(`${name}.png`) });
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  /** Opens a new file with the cursor between two texts. */
  const openBetween = async (name: string, [prefix, suffix]: readonly [string, string]): Promise<string> => {
    const file = write(name, prefix + suffix);
    const lines = prefix.split('\n');
    await workbench.openFile(file, { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
    return file;
  };
  const ask = async (): Promise<void> => workbench.page.keyboard.press('Alt+\\');
  const askAndWait = async (): Promise<string> => {
    await ask();
    return workbench.waitForGhostText();
  };
  const toasts = async (): Promise<string[]> => workbench.page.locator('.notification-toast').allInnerTexts();
  const noNotification = async (): Promise<void> => assert.deepEqual(await toasts(), []);

  scene('ghost text of the bundled model is shown, and Tab inserts it', async (t) => {
    const file = await openBetween('sum.ts', SUM);
    const ghost = await askAndWait();
    t.diagnostic(JSON.stringify(ghost));
    await screenshot('ghost-text');

    await workbench.page.keyboard.press('Tab');
    await workbench.saveFile();
    const saved = readFileSync(file, 'utf8');
    const [prefix, suffix] = SUM;
    assert.ok(saved.startsWith(prefix) && saved.endsWith(suffix), saved);
    const inserted = saved.slice(prefix.length, saved.length - suffix.length);
    assert.equal(visible(inserted), visible(ghost));
    await noNotification();
  });

  scene('Escape takes it away and changes nothing', async () => {
    const file = await openBetween('mean.py', MEAN);
    await askAndWait();
    await workbench.page.keyboard.press('Escape');
    await workbench.until('the ghost text is gone', async () => (await workbench.ghostText()) === '');
    assert.equal(readFileSync(file, 'utf8'), MEAN.join(''));
    assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
  });

  scene('Ctrl+Right takes a word of it, Tab the rest', async () => {
    const file = await openBetween('words.ts', SUM);
    const ghost = await askAndWait();
    await workbench.page.keyboard.press('Control+ArrowRight');
    await workbench.until('a part of the ghost text is left', async () => {
      const left = await workbench.ghostText();
      return left !== '' && left.length < ghost.length && ghost.endsWith(left);
    });
    await workbench.page.keyboard.press('Tab');
    await workbench.saveFile();
    assert.equal(visible(readFileSync(file, 'utf8')), visible(SUM[0] + ghost + SUM[1]));
  });

  scene('typing what it says keeps it, without asking the model again', async () => {
    await openBetween('through.ts', SUM);
    const ghost = await askAndWait();
    const [typed = ''] = /^\w{1,3}/.exec(ghost) ?? [];
    assert.notEqual(typed, '', `the suggestion does not start with a word: ${ghost}`);
    await workbench.page.keyboard.type(typed, { delay: 50 });
    await workbench.until('the rest is shown', async () => (await workbench.ghostText()) === ghost.slice(typed.length));
    await workbench.runCommand('Infill: Why Was Nothing Suggested?');
    const [latest = ''] = await workbench.quickInput.waitFor('Why Was Nothing Suggested?');
    await workbench.quickInput.close();
    assert.match(latest, /through\.ts/);
    assert.match(latest, /from the cache/);
  });

  scene('typing brings it up by itself', async (t) => {
    await openBetween('typed.ts', ['', '\n']);
    let ghost = '';
    for (const [header, body] of TYPED) {
      await workbench.page.keyboard.type(header);
      await workbench.page.keyboard.press('Enter');
      await workbench.page.keyboard.type(body);
      ghost = await workbench.ghostTextWithin(10_000);
      if (ghost !== '') {
        break; // else: even a good model finds nothing missing in some places
      }
      await workbench.page.keyboard.press('Control+End');
      await workbench.page.keyboard.press('Enter');
    }
    assert.notEqual(ghost, '');
    t.diagnostic(JSON.stringify(ghost));
    await noNotification();
  });

  scene('Denoise Selection: accepted from the preview, undone in one step', async () => {
    const [prefix, selected, suffix] = WRONG;
    const file = await openWrong('add.py');
    await proposal();
    await workbench.until('the choices, in one notification', async () => {
      const shown = await toasts();
      return shown.length === 1 && /becomes|is inserted|is removed/.test(shown[0] ?? '');
    });
    await screenshot('denoise-selection');
    await workbench.page.keyboard.press('Control+Enter');
    await workbench.page.locator('.tab.active[data-resource-name="add.py"]').waitFor();
    await workbench.saveFile();
    const saved = readFileSync(file, 'utf8');
    assert.notEqual(saved, prefix + selected + suffix);
    assert.ok(saved.startsWith(prefix) && saved.endsWith(suffix), saved);
    await workbench.until('the notification is gone', async () => (await toasts()).length === 0);

    await workbench.page.keyboard.press('Control+z');
    await workbench.saveFile();
    assert.equal(readFileSync(file, 'utf8'), prefix + selected + suffix);
  });

  scene('Denoise Selection: discarded from the preview, nothing has changed', async () => {
    const file = await openWrong('discarded.py');
    await proposal();
    await workbench.page.keyboard.press('Control+Backspace');
    await workbench.page.locator('.tab.active[data-resource-name="discarded.py"]:not(.dirty)').waitFor();
    assert.equal(readFileSync(file, 'utf8'), WRONG.join(''));
    await workbench.until('the notification is gone', async () => (await toasts()).length === 0);
  });

  scene('Denoise Selection: change by change, by keys', async () => {
    const [prefix, selected, suffix] = EXAMPLES.denoise.split(MARK) as [string, string, string];
    const file = await openBetween('average.ts', [prefix, selected + suffix]);
    for (const _ of selected.matchAll(/\n/gu)) await workbench.page.keyboard.press('Shift+ArrowDown');
    await proposal();
    await workbench.until('the first of two is told', async () =>
      (await toasts()).some((toast) => /1 of 2/.test(toast)),
    );
    await workbench.page.keyboard.press('Alt+F5');
    await workbench.until('the second one is told', async () => (await toasts()).some((toast) => /2 of 2/.test(toast)));
    await workbench.page.keyboard.press('Alt+Enter');
    await workbench.until('one is left', async () => (await toasts()).every((toast) => !/ of 2/.test(toast)));
    await workbench.page.keyboard.press('Alt+Backspace');
    await workbench.page.locator('.tab.active[data-resource-name="average.ts"]').waitFor();
    await workbench.saveFile();
    assert.equal(readFileSync(file, 'utf8'), prefix + selected.replace('sum * values', 'sum / values') + suffix);
    await workbench.until('the notification is gone', async () => (await toasts()).length === 0);
  });

  async function openWrong(name: string): Promise<string> {
    const [prefix, selected, suffix] = WRONG;
    const file = await openBetween(name, [prefix, selected + suffix]);
    await workbench.page.keyboard.press('Shift+End');
    return file;
  }

  async function proposal(): Promise<void> {
    await workbench.runCommand('Infill: Denoise Selection');
    await workbench.page.locator('.editor-group-container.active .monaco-diff-editor').waitFor();
    // Its keys work from then on.
    await workbench.until('the choice is offered', async () =>
      (await toasts()).some((toast) => toast.includes('Discard')),
    );
  }

  scene('Set Denoising Steps shows what each costs, and writes the setting', async (t) => {
    await openBetween('steps.ts', SUM);
    await workbench.runCommand('Infill: Set Denoising Steps...');
    await workbench.quickInput.waitFor('Denoising Steps');
    await workbench.until('a time is shown', async () =>
      (await workbench.quickInput.entries()).some(({ rest }) => /^[\d.]+ m?s\b/.test(rest)),
    );
    const rows = await workbench.quickInput.entries();
    t.diagnostic(rows.map(({ label, rest }) => `${label}: ${rest}`).join(' | '));
    await screenshot('set-steps');
    await workbench.quickInput.take('4');
    await workbench.until('the setting is written', () =>
      /"infill\.steps": 4\b/.test(readFileSync(workbench.server.settingsFile, 'utf8')),
    );
    await workbench.until('the extension knows the setting', async () => {
      await workbench.runCommand('Infill: Set Denoising Steps...');
      await workbench.quickInput.waitFor('Denoising Steps');
      const current = await workbench.quickInput.focused();
      await workbench.quickInput.close();
      return current === '4';
    });
    await askAndWait();
    await workbench.runCommand('Infill: Why Was Nothing Suggested?');
    const [latest = ''] = await workbench.quickInput.waitFor('Why Was Nothing Suggested?');
    assert.match(latest, /\bof 4 steps\b/);
    await workbench.quickInput.close();
  });

  scene('one step and the recommended number differ in the time shown and in the passes of the log', async (t) => {
    const chosen = async (steps: string): Promise<number[]> => {
      await workbench.runCommand('Infill: Set Denoising Steps...');
      await workbench.quickInput.waitFor('Denoising Steps');
      await workbench.quickInput.take(steps);
      await workbench.until('the setting is written', () =>
        new RegExp(`"infill\\.steps": ${steps}\\b`).test(readFileSync(workbench.server.settingsFile, 'utf8')),
      );
      const passes: number[] = [];
      for (const name of ['total', 'height', 'price']) {
        const file = `${name}-${steps}.ts`;
        await openBetween(file, [`const ${name} = ${steps};\n${SUM[0].replaceAll('first', name)}`, SUM[1]]);
        await ask();
        const line = new RegExp(`manual in ${file}: .*\\(model, .*`);
        await workbench.until(`the log tells of ${file}`, () => line.test(workbench.server.log()));
        const [told = ''] = line.exec(workbench.server.log()) ?? [];
        t.diagnostic(told);
        assert.match(told, new RegExp(`\\(model, \\d+ of ${steps} steps, passes: .*\\d denoise [\\d.]+ ms`));
        passes.push(
          [...told.matchAll(/(\d+) (?:denoise|verify)\b/g)].reduce((sum, [, count]) => sum + Number(count), 0),
        );
      }
      return passes;
    };
    const listed = async (): ReturnType<typeof workbench.quickInput.entries> => {
      await workbench.runCommand('Infill: Set Denoising Steps...');
      await workbench.quickInput.waitFor(/recommended/);
      await workbench.until('each of them is measured', async () =>
        (await workbench.quickInput.entries()).every(({ rest }) => !/estimated|not measured/.test(rest)),
      );
      const entries = await workbench.quickInput.entries();
      await screenshot('set-steps-measured');
      await workbench.quickInput.close();
      return entries;
    };
    const recommended = (await listed()).find(({ rest }) => /recommended/.test(rest))?.label ?? '';
    assert.ok(Number(recommended) > 1, recommended);

    const [few, many] = [await chosen('1'), await chosen(recommended)];
    assert.ok(
      few.every((count) => count === 1),
      `${few.join()} passes in one step`,
    );
    assert.ok(
      many.some((count) => count > 1) && many.every((count) => count <= Number(recommended)),
      `${many.join()} passes in ${recommended} steps`,
    );

    const entries = await listed();
    const shown = entries.map(({ label, rest }) => `${label}: ${rest}`).join(' | ');
    t.diagnostic(shown);
    const msOf = (steps: string): number => {
      const rest = entries.find(({ label }) => label === steps)?.rest ?? '';
      const [, number = '', unit] = /^([\d.]+) (ms|s)\b/.exec(rest) ?? [];
      assert.notEqual(number, '', shown);
      return Number(number) * (unit === 's' ? 1000 : 1);
    };
    assert.ok(msOf('1') < msOf(recommended), shown);
    const { mostSteps = 64, curve } = bundledSteps();
    assert.ok(
      entries.every(({ label }) => Number(label) <= mostSteps),
      `${mostSteps} are of use: ${shown}`,
    );
    assert.equal(
      entries.some(({ rest }) => /% exact/.test(rest)),
      curve !== undefined,
      'what is known of quality is told, and nothing else',
    );
  });

  scene('a file of secrets gets nothing, and Infill says why', async () => {
    const file = await openBetween('.env', ['PASSWORD=hunter2\nTOKEN=', '\n']);
    await ask();
    await workbench.runCommand('Infill: Why Was Nothing Suggested?');
    const [latest = ''] = await workbench.quickInput.waitFor('Why Was Nothing Suggested?');
    assert.match(latest, /This file is excluded\./);
    assert.match(latest, /\.env/);
    await screenshot('why-nothing');
    await workbench.quickInput.close();
    assert.equal(await workbench.ghostText(), '');
    assert.equal(readFileSync(file, 'utf8'), 'PASSWORD=hunter2\nTOKEN=\n');
  });

  scene('a killed inference process comes back, without a notification', async (t) => {
    await openBetween('before.ts', SUM);
    await askAndWait();
    const [pid] = workerProcesses(workbench.server.pid);
    assert.ok(pid !== undefined, 'there is no inference process');
    process.kill(pid, 'SIGKILL');
    await openBetween('after.ts', [`// after\n${SUM[0]}`, SUM[1]]);
    const ghost = await askAndWait();
    assert.notEqual(ghost, '');
    const pids = workerProcesses(workbench.server.pid);
    assert.ok(pids.length === 1 && !pids.includes(pid), `process ${pid}, then ${pids.join(', ')}`);
    t.diagnostic(JSON.stringify(ghost));
    await noNotification();
  });
});

/** What the bundled model says of steps. */
function bundledSteps(): { readonly mostSteps?: number; readonly curve?: unknown } {
  const file = path.join(prepared('INFILL_UNPACKED'), 'models/infill-code-135m/manifest.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { recommended: ReturnType<typeof bundledSteps> }).recommended;
}

/** Text as the page can show it: no blanks at the ends of lines, no blank line first or last. */
function visible(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
