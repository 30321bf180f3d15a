import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { EXAMPLES, MARK } from '../../src/extension/commands/exampleTexts.js';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
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
/** Where the IntelliSense list's first entry is not what anybody would write. */
const STACK = [
  'export class Stack {\n  private readonly items: number[] = [];\n\n  add(item: number): void {\n    this.items.push(item);\n  }\n\n' +
    '  isEmpty(): boolean {\n    return this.',
  '\n  }\n}\n',
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
        'infill.denoise.strength': 1,
        'infill.live': 'off', // drafts have tests of their own
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

  const scene = picturedTest({
    workbench: () => workbench,
    told: async () => {
      const log = workbench.infillLog();
      return `Notifications: ${(await toasts()).join(' | ') || 'none'}\nLog of Infill ends:\n${log.slice(-1500)}`;
    },
  });
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
  /** Why Was Nothing Suggested? says all this of the latest request. The list goes on being filled while it is open. */
  const latestSays = async (...what: readonly RegExp[]): Promise<void> => {
    await workbench.runCommand('Infill: Why Was Nothing Suggested?');
    let latest = '';
    await workbench.until(
      `the latest one says ${what.join(' and ')}`,
      async () => {
        [latest = ''] = await workbench.quickInput.waitFor('Why Was Nothing Suggested?');
        return what.every((each) => each.test(latest));
      },
      () => `It says: ${latest}`,
    );
    await screenshot('why-nothing');
    await workbench.quickInput.close();
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

  scene('the palette asks for it too, and says what is missing for Denoise Selection', async () => {
    await openBetween('palette.ts', SUM);
    await workbench.runCommand('Infill: Trigger Suggestion');
    assert.notEqual(await workbench.waitForGhostText(), '');
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('Infill: Denoise Selection');
    await workbench.until('it asks for a selection', async () =>
      (await toasts()).some((toast) => toast.includes('Select the text to denoise first.')),
    );
    await workbench.page.locator('.editor-group-container.active .monaco-editor').first().click();
    await workbench.page.keyboard.press('Control+a');
    await workbench.until('it is gone once there is one', async () => (await toasts()).length === 0);
  });

  scene('Escape takes it away and changes nothing', async () => {
    const file = await openBetween('mean.py', MEAN);
    await askAndWait();
    await workbench.page.keyboard.press('Escape');
    await workbench.untilGhostText('the ghost text is gone', '');
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

  scene('Alt+] brings other texts, while the first stays as it is; Tab inserts the one that is shown', async (t) => {
    const file = await openBetween('alternatives.ts', [`// 1\n${SUM[0]}`, SUM[1]]);
    const first = await askAndWait();
    const seen = await workbench.recordGhostText(async () => new Promise((resolve) => setTimeout(resolve, 1500)));
    assert.deepEqual(new Set(seen.map(({ text }) => text)), new Set([first]), 'it flickers while others are asked for');
    const texts = [first];
    for (const which of ['second', 'third']) {
      const before = Date.now();
      await workbench.page.keyboard.press('Alt+]');
      texts.push(await workbench.waitForGhostText(texts));
      t.diagnostic(`${which} after ${String(Date.now() - before)} ms: ${JSON.stringify(texts.at(-1))}`);
    }
    assertDifferent(texts);
    await workbench.page.keyboard.press('Alt+[');
    await workbench.untilGhostText('the second one is shown again', texts[1] ?? '');
    await screenshot('alternatives');
    await workbench.page.keyboard.press('Tab');
    await workbench.saveFile();
    assert.equal(visible(readFileSync(file, 'utf8')), visible(`// 1\n${SUM[0]}${texts[1] ?? ''}${SUM[1]}`));
  });

  scene('Suggest Something Else brings one more at the same place, also after Escape', async (t) => {
    await openBetween('else.ts', [`// 2\n${SUM[0]}`, SUM[1]]);
    const texts = [await askAndWait()];
    const other = async (): Promise<void> => {
      await workbench.page.keyboard.press('Shift+Alt+\\');
      texts.push(await workbench.waitForGhostText(texts));
    };
    await other();
    await workbench.page.keyboard.press('Escape');
    await workbench.untilGhostText('the ghost text is gone', '');
    await other();
    t.diagnostic(JSON.stringify(texts));
    assertDifferent(texts);
  });

  scene('typing what it says keeps it, without asking the model again', async () => {
    await openBetween('through.ts', SUM);
    const ghost = await askAndWait();
    const [typed = ''] = /^\w{1,3}/.exec(ghost) ?? [];
    assert.notEqual(typed, '', `the suggestion does not start with a word: ${ghost}`);
    await workbench.page.keyboard.type(typed, { delay: 50 });
    await workbench.untilGhostText('the rest is shown', ghost.slice(typed.length));
    await latestSays(/from the cache/, /through\.ts/);
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

  const list = (): ReturnType<typeof workbench.page.locator> => workbench.page.locator('.suggest-widget.visible');
  const openList = async (): Promise<void> => {
    await workbench.page.keyboard.press('Control+Space');
    await list().locator('.monaco-list-row.focused').waitFor();
  };
  const closeList = async (): Promise<void> => {
    await workbench.page.keyboard.press('Escape');
    await list().waitFor({ state: 'hidden' });
  };
  /** What the key gives where no list was ever open. */
  let ofStack = '';

  scene(
    'asked for while the IntelliSense list closes: the answer is to what stands there, without its entry',
    async (t) => {
      await openBetween('plain.ts', STACK);
      await openList(); // the language's server knows the file from then on
      await closeList();
      await openBetween('plain-2.ts', STACK);
      ofStack = await askAndWait();
      t.diagnostic(ofStack);
      await openBetween('closes.ts', STACK);
      await openList();
      await ask();
      await workbench.page.keyboard.press('Escape');
      await workbench.untilGhostText('the answer is shown', ofStack);
    },
  );

  scene(
    'what IntelliSense selects by itself is not gone on from where it hardly belongs; by key its list closes',
    async () => {
      const file = await openBetween('unlikely.ts', STACK);
      await openList();
      await workbench.until('the log tells of it', () =>
        /automatic in unlikely\.ts: nothing \(unlikely-entry\)/.test(workbench.server.log()),
      );
      assert.equal(await workbench.ghostText(), '');
      await ask();
      await list().waitFor({ state: 'hidden' });
      await workbench.untilGhostText('the answer is shown', ofStack);
      await workbench.page.keyboard.press('Tab');
      await workbench.saveFile();
      assert.equal(readFileSync(file, 'utf8'), STACK.join(ofStack));
    },
  );

  scene('an entry that a person went to is gone on from', async (t) => {
    await openBetween('chosen.ts', STACK);
    await openList();
    // That somebody went to an entry can only be told by the one that was asked for before it.
    await workbench.until('the first entry was asked for', () =>
      /automatic in chosen\.ts: nothing \(unlikely-entry\)/.test(workbench.server.log()),
    );
    await workbench.page.keyboard.press('ArrowDown');
    const name = (await list().locator('.monaco-list-row.focused .label-name').first().innerText()).trim();
    await ask();
    const ghost = await workbench.waitForGhostText();
    t.diagnostic(`${name}: ${ghost}`);
    assert.ok(ghost.startsWith(name), `${ghost} after ${name}`);
    assert.doesNotMatch(ghost.slice(name.length), /^[\w$]/, 'the name is whole');
    await closeList();
  });

  scene('what is asked for takes the place of the shorter text that came by itself', async (t) => {
    await openBetween('by-itself.ts', STACK);
    await workbench.page.keyboard.press('Backspace');
    await workbench.page.keyboard.type('.');
    await list().waitFor();
    await closeList();
    const byItself = await workbench.ghostTextWithin(10_000);
    t.diagnostic(`${byItself} | ${ofStack}`);
    await ask();
    await workbench.untilGhostText('all of it is shown', ofStack);
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
    await latestSays(/\bof 4 steps\b/);
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

  scene('Switch On or Off leaves nothing behind: everywhere, a language, this folder', async () => {
    const settings = (): string => readFileSync(workbench.server.settingsFile, 'utf8');
    // While it is written a file may be empty.
    const isWithout = (value: RegExp): boolean => settings().includes('infill.delay') && !value.test(settings());
    const isClean = (): boolean => isWithout(/infill\.enabled/);
    const toldWhenAsked = async (text: string): Promise<void> =>
      workbench.until(`the status bar says ${text}`, async () => {
        await workbench.page.keyboard.press('Escape'); // nothing is asked twice at one place
        await ask();
        return (await statusText()) === text;
      });
    await openBetween('switches.py', MEAN);
    await switchTo('Switch off everywhere');
    await workbench.until('it is off', () => /"infill\.enabled": false/.test(settings()));
    await switchTo('Switch on for Python');
    await workbench.until('Python is on', () => /"infill\.enabled": true/.test(settings()));
    await switchTo('Switch on everywhere');
    await workbench.until('only Python has a value', () => isWithout(/"infill\.enabled": false/));
    await switchTo('Switch off everywhere', /switched on separately: Python/);
    await workbench.until('Python is off too', () => isWithout(/"infill\.enabled": true/));
    await workbench.until('it is off', () => /"infill\.enabled": false/.test(settings()));
    await toldWhenAsked('Infill: Off everywhere.');
    await switchTo('Switch on everywhere');
    await workbench.until('nothing is written that holds anyway', isClean);
    await workbench.until('the note has gone with its cause', async () => (await statusText()) === 'Infill');

    await switchTo('Switch off for Python');
    await workbench.until('Python is off', () => /"infill\.enabled": false/.test(settings()));
    await switchTo('Switch on for Python');
    await workbench.until('Python has no value of its own', isClean);

    const ofFolder = path.join(folder, '.vscode/settings.json');
    const folderSettings = (): string => (existsSync(ofFolder) ? readFileSync(ofFolder, 'utf8') : '');
    await switchTo('Switch off for this folder');
    await workbench.until('the folder says so', () => folderSettings().includes('"infill.enabled": false'));
    await toldWhenAsked('Infill: Off for this folder.');
    await openBetween('other.txt', ['one two ', '\n']);
    await workbench.until('the note has gone with its file', async () => (await statusText()) === 'Infill');
    await openBetween('switches.py', MEAN);
    await switchTo('Switch on for this folder');
    await workbench.until('the folder says nothing', () => !folderSettings().includes('infill.enabled'));
    assert.ok(isClean(), settings());
    await workbench.until('it suggests again', async () => {
      await workbench.page.keyboard.press('Escape');
      await ask();
      return (await workbench.ghostTextWithin(5000)) !== '';
    });
  });

  async function statusText(): Promise<string> {
    const item = workbench.page.locator('[id="infill-editor.infill.infill.status"]');
    return (await item.innerText()).replaceAll(/\s+/g, ' ').trim();
  }

  /** Takes an entry of Switch On or Off. A settings file is taken in late: the list is opened until the entry is there. */
  async function switchTo(label: string, detail = /(?:)/): Promise<void> {
    await workbench.until(`${label} can be chosen`, async () => {
      await workbench.runCommand('Infill: Switch On or Off...');
      await workbench.quickInput.waitFor(/Switch (on|off) everywhere/);
      const entry = (await workbench.quickInput.entries()).find((each) => each.label === label);
      if (entry !== undefined && detail.test(entry.rest)) {
        await workbench.quickInput.take(label);
        return true;
      }
      await workbench.quickInput.close();
      return false;
    });
  }

  scene('How Eager: only when asked nothing comes by itself, and what was set by hand is named', async () => {
    await openBetween('eager.ts', ['', '\n']);
    const dial = async (word: string): Promise<void> => {
      await workbench.runCommand('Infill: How Eager...');
      await workbench.quickInput.waitFor('Only When Asked');
      const said = await workbench.quickInput.widget.locator('input').first().getAttribute('placeholder');
      assert.match(said ?? '', /infill\.delay\.mode, infill\.minimumConfidence/);
      await workbench.quickInput.take(word);
    };
    await dial('Only When Asked');
    await workbench.until('the status bar says so', async () =>
      /automatic suggestions are off/i.test(await statusLabel()),
    );
    await typeLine();
    assert.equal(await workbench.ghostTextWithin(3000), '');
    await latestSays(/Automatic suggestions are off/);
    await workbench.runCommand('Infill: Show Menu');
    await workbench.quickInput.waitFor('How Eager...');
    const entry = (await workbench.quickInput.entries()).find(({ label }) => label === 'How Eager...');
    assert.equal(entry?.rest, 'Only When Asked');
    await screenshot('menu');
    await workbench.quickInput.take('How Eager...');
    await workbench.quickInput.waitFor('Only When Asked');
    await screenshot('how-eager');
    await workbench.quickInput.take('Balanced');
    await workbench.until('the status bar says so', async () => /Ready\./.test(await statusLabel()));
  });

  scene('Snooze: nothing comes by itself until it ends, and asking still works', async () => {
    const choose = async (label: string): Promise<void> => {
      await workbench.runCommand('Infill: Snooze...');
      await workbench.quickInput.waitFor('5 Minutes');
      await screenshot('snooze');
      await workbench.quickInput.take(label);
    };
    await choose('5 Minutes');
    await workbench.until('the status bar says until when', async () => /Snoozed until \d/.test(await statusLabel()));
    await openBetween('snooze.ts', ['', '\n']);
    await typeLine();
    assert.equal(await workbench.ghostTextWithin(3000), '');
    await latestSays(/Snoozed until/);
    await openBetween('snoozed.ts', SUM);
    assert.notEqual(await askAndWait(), '');
    await choose('This Session');
    await workbench.until('it goes on', async () => /Snoozed for this session/.test(await statusLabel()));
    await workbench.untilGhostText('what was shown is taken back', '');
    await choose('End Snooze');
    await workbench.until('it has ended', async () => /Ready\./.test(await statusLabel()));
  });

  scene('Alt+Shift+Enter takes a line of it', async () => {
    const file = await openBetween('line.ts', SUM);
    const ghost = await askAndWait();
    await workbench.page.keyboard.press('Alt+Shift+Enter');
    await workbench.saveFile();
    const [line = ''] = ghost.split('\n');
    const saved = readFileSync(file, 'utf8');
    assert.ok(saved.startsWith(SUM[0] + line.trimEnd()), saved);
  });

  /** What a screen reader says of the item in the status bar. */
  async function statusLabel(): Promise<string> {
    const item = workbench.page.locator('[id="infill-editor.infill.infill.status"] [aria-label]').first();
    return (await item.getAttribute('aria-label')) ?? '';
  }

  async function typeLine(): Promise<void> {
    const [[header, body]] = TYPED;
    await workbench.page.keyboard.type(header);
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type(body);
  }

  scene('opening the list cancels what is under way, and the list says so', async () => {
    let latest = '';
    for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
      // Much to read, so that the answer takes a while.
      const lines = Array.from(
        { length: 150 },
        (_, n) => `export const ${name}${n} = measure('${name}', ${n * 7}, first);\n`,
      );
      await openBetween(`${name}.ts`, [lines.join('') + SUM[0], SUM[1]]);
      await ask();
      await workbench.runCommand('Infill: Why Was Nothing Suggested?');
      await workbench.quickInput.waitFor('Why Was Nothing Suggested?');
      await workbench.until('the request is listed', async () => {
        [latest = ''] = await workbench.quickInput.waitFor('Why Was Nothing Suggested?');
        return latest.includes(`${name}.ts`);
      });
      await workbench.quickInput.close();
      if (latest.includes('Cancelled when this list opened.')) {
        return; // else: it was answered before the list took the focus
      }
    }
    assert.fail(latest);
  });

  /** What a decoration says behind a line; '' where there is none. */
  const noteAtCursor = async (): Promise<string> =>
    workbench.page.evaluate<string>(
      `[...document.querySelectorAll('.view-line span')].map((each) => getComputedStyle(each, '::after').content)` +
        `.filter((content) => content.includes('Infill')).join()`,
    );

  scene('what is asked for is shown, though it only says the line above again', async (t) => {
    const [name, line] = ['again.py', 'print("hello")'];
    const file = await openBetween(name, [`${line}\n`.repeat(4), '\n']);
    const ghost = await askAndWait();
    t.diagnostic(ghost);
    await workbench.page.keyboard.press('Tab');
    await workbench.saveFile();
    assert.ok(
      readFileSync(file, 'utf8').startsWith(`${line}\n`.repeat(5)),
      'another text than the one that this scene is for',
    );
  });

  scene('beyond what VS Code draws of a line nothing is computed, and Infill says why', async () => {
    await openBetween('long.ts', [`const text = '${'x'.repeat(11_000)}'; const more = `, '\n']);
    await ask();
    await latestSays(/long\.ts/, /VS Code does not render it up to the cursor\./);
  });

  scene('a file of secrets gets nothing, and Infill says why', async () => {
    const file = await openBetween('.env', ['PASSWORD=hunter2\nTOKEN=', '\n']);
    await ask();
    await workbench.until('the note at the cursor says it', async () =>
      (await noteAtCursor()).includes('This file is excluded.'),
    );
    await screenshot('note-at-cursor');
    await latestSays(/This file is excluded\./, /\.env/);
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

/** That none of several texts is how another begins. */
function assertDifferent(texts: readonly string[]): void {
  const [...bare] = texts.map((text) => text.replace(/\s+/g, ''));
  const alike = bare.filter((text, i) => bare.some((other, j) => i !== j && text.startsWith(other)));
  assert.deepEqual(alike, []);
}

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
