import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, type TestContext } from 'node:test';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';
import { cpuSeconds, workerProcesses } from './workerProcesses.js';

const EXTENSION = 'infill-editor.infill';
/** A hole of several lines, for which the model takes all steps that it may, with much before it, so that each takes a while. */
const WORDS = [
  Array.from({ length: 60 }, (_, n) => `export const word${String(n)} = numberOf(${String(n)}, first, 'word');\n`).join(
    '',
  ) + "\n/** The numbers from 1 to 10 in English. */\nconst WORDS = [\n  'one',\n  'two',\n  ",
  '\n];\n',
] as const;
/** The same without quotes, which the editor closes where they are typed. */
const MONTHS = [
  WORDS[0].replace(/\n\/\*\*[^]*/, '\n/** The months of a year. */\nexport enum Month {\n  January,\n  February,\n  '),
  '\n}\n',
] as const;
/** What the log says once a request that nobody waits for is over. */
const LET_GO = /A withdrawn request let the inference process go after (\d+) ms\./;
/** Longer than the pause between two drafts. */
const STAYS_MS = 700;
/** So often a scene may miss its moment, most often because the answer is there already. */
const ATTEMPTS = 8;

describe('suggestions that are shown while they are computed', { skip: withoutRig() }, () => {
  const folder = newFolder();
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.start({
      folder,
      vsix: [prepared('INFILL_VSIX')],
      logLevel: 'trace',
      settings: {
        'infill.minimumConfidence': 0,
        'infill.steps': 16,
        'infill.maxTokens': 96,
        'infill.multiline': 'always',
        'infill.fetchAhead.enabled': false,
        'infill.project': 'off', // what is found takes no step
        'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
        'editor.suggestOnTriggerCharacters': false,
        'editor.autoClosingQuotes': 'never', // so that what is typed is what the drafts begin with
        '[javascript]': { 'infill.live': 'off' },
        '[plaintext]': { 'infill.live': 'always', 'infill.delay.mode': 'fixed', 'infill.delay.milliseconds': 0 },
      },
    });
    await workbench.waitForExtension(EXTENSION);
  });
  after(async () => {
    writeFileSync(outputFile('live.log'), workbench.server.log());
    await workbench.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const scene = picturedTest({
    workbench: () => workbench,
    about: 'live: ',
    told: () => `Log of Infill ends:\n${infillLog().slice(-3000)}`,
  });

  const infillLog = (): string => workbench.infillLog();

  /** The lines of the log about a file. */
  function toldOf(name: string): string[] {
    return infillLog()
      .split('\n')
      .filter((line) => line.includes(` in ${name}:`));
  }

  /** Those about what the model was asked for first, not about the alternatives that come while it is read. */
  const askedOf = (name: string): string[] => toldOf(name).filter((line) => line.includes(' 1 suggested (model, '));

  async function toldOnce(name: string, what: RegExp): Promise<string> {
    let told: string | undefined;
    await workbench.until(`the log tells ${String(what)} of ${name}`, () => {
      told = toldOf(name).find((line) => what.test(line));
      return told !== undefined;
    });
    return told ?? '';
  }

  /** Opens a new file with the cursor in a hole. Each file begins differently, so that no answer is known. */
  async function openHole(name: string): Promise<string> {
    const file = path.join(folder, name);
    const [prefix, suffix] = holeOf(name);
    writeFileSync(file, prefix + suffix);
    const lines = prefix.split('\n');
    await workbench.openFile(file, { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
    return file;
  }

  const ask = async (): Promise<void> => workbench.page.keyboard.press('Alt+\\');

  /** What is shown once it has stayed for longer than any pause between drafts. */
  async function settledGhostText(): Promise<string> {
    let [text, since] = ['', 0];
    await workbench.until('what is shown stays', async () => {
      const now = await workbench.ghostText();
      if (now !== text) [text, since] = [now, Date.now()];
      return text !== '' && Date.now() - since > STAYS_MS;
    });
    return text;
  }

  /** Asks, and waits for the first frame in which something is shown. */
  async function askForDraft(): Promise<void> {
    await ask();
    await workbench.page.waitForFunction(`infillRig.ghostText() !== ''`, undefined, { polling: 'raf' });
  }

  /** Tries in new files until a scene came at the right moment. */
  async function inTime(
    t: TestContext,
    name: string,
    attempt: (file: string, before: number) => Promise<boolean>,
  ): Promise<void> {
    for (let i = 0; i < ATTEMPTS; i++) {
      if (await attempt(`${name}${String(i)}.ts`, i)) return;
      t.diagnostic(`Attempt ${String(i)} came too late or too soon.`);
    }
    assert.fail('The moment was always missed.');
  }

  scene('drafts change in place, without a blank frame; the last frame is the answer, which Tab inserts', async (t) => {
    const file = await openHole('frames.ts');
    let told = '';
    const seen = await workbench.recordGhostText(async () => {
      await ask();
      told = await toldOnce('frames.ts', /\(model, /);
      await workbench.until('the page has drawn it', async () => (await workbench.ghostText()) !== '');
      await settledGhostText();
    });
    t.diagnostic(told);
    const frames = framesOf(seen);
    for (const { ms, text } of seen) t.diagnostic(`${String(ms)} ms: ${JSON.stringify(text)}`);
    assert.ok(frames.length >= 2, 'nothing was shown before the answer');
    assert.ok(frames.length <= 6, `${String(frames.length)} frames`);
    assert.ok(!frames.includes(''), 'there was a blank frame');
    // A frame whose text has one line more than the one before counts as one.
    const count = Number(/, live: (\d) frames?, /.exec(told)?.[1]);
    assert.ok(count >= frames.length, `${String(count)} frames, of which ${String(frames.length)} were seen`);
    assert.ok(count <= seen.length, `${String(count)} frames, of which ${String(seen.length)} were seen`);
    const times = seen.filter(({ text }) => text !== '').map(({ ms }) => ms);
    const last = frames.at(-1) ?? '';
    t.diagnostic(
      `pauses: ${times
        .slice(1)
        .map((ms, i) => ms - (times[i] ?? 0))
        .join(', ')} ms`,
    );
    await workbench.page.screenshot({ path: outputFile('live-answer.png') });
    await workbench.page.keyboard.press('Tab');
    await workbench.saveFile();
    assert.equal(visible(inserted(file)), visible(last));
  });

  scene('Tab in the middle inserts what the page shows at that moment, and ends the request', async (t) => {
    await workbench.page.evaluate(
      `addEventListener('keydown', ({ key }) => { if (key === 'Tab') infillAtTab = infillRig.ghostText(); }, true)`,
    );
    await inTime(t, 'tab', async (name) => {
      const file = await openHole(name);
      await askForDraft();
      await workbench.page.keyboard.press('Tab');
      await workbench.saveFile();
      const shown = await workbench.page.evaluate<string>('infillAtTab');
      assert.notEqual(shown, '');
      assert.equal(visible(inserted(file)), visible(shown));
      const told = await toldOnce(name, /\(model, /);
      t.diagnostic(`${told}\n${shown}`);
      return /, live: \d frames?, accepted, /.test(told);
    });
  });

  scene('typing along keeps what is shown and the request, which is not asked again', async (t) => {
    await inTime(t, 'typed', async (name) => {
      const file = await openHole(name);
      let typed = '';
      let told = '';
      const seen = await workbench.recordGhostText(async () => {
        await askForDraft();
        [typed = ''] = /^\s*\S/.exec(await workbench.ghostText()) ?? [];
        await workbench.page.keyboard.type(typed);
        told = await toldOnce(name, /\(model, /);
        await settledGhostText();
      });
      for (const { ms, text } of seen) t.diagnostic(`${String(ms)} ms: ${JSON.stringify(text)}`);
      t.diagnostic(toldOf(name).join('\n'));
      if (!told.includes('automatic in')) return false; // the answer was there before the key
      assert.ok(!framesOf(seen).includes(''), 'there was a blank frame');
      assert.equal(askedOf(name).length, 1, 'the model was asked again');
      assert.match(told, /, live: \d frames?, /);
      const last = framesOf(seen).at(-1) ?? '';
      await workbench.page.keyboard.press('Tab');
      await workbench.saveFile();
      assert.equal(visible(inserted(file)), visible(typed + last));
      return true;
    });
  });

  scene('who asks by key while a suggestion is computed by itself sees the drafts of that one', async (t) => {
    await inTime(t, 'joined', async (name, tries) => {
      await openHole(name);
      const before = infillLog().length;
      const computingSince = (): number | undefined => {
        const line = infillLog()
          .slice(before)
          .split('\n')
          .find((each) => each.includes('Filling in.'));
        return line === undefined ? undefined : timeOf(line);
      };
      let askedAt = 0;
      const seen = await workbench.recordGhostText(async () => {
        await workbench.page.keyboard.type("'"); // what comes by itself shows no drafts
        // On a busy machine the log is read too late.
        if (tries === 0) await workbench.until('it is computed', () => computingSince() !== undefined);
        else await new Promise((resolve) => setTimeout(resolve, 75 * tries));
        askedAt = Date.now();
        await ask();
        await toldOnce(name, /manual in /);
        await settledGhostText();
      });
      for (const { ms, text } of seen) t.diagnostic(`${String(ms)} ms: ${JSON.stringify(text)}`);
      t.diagnostic(toldOf(name).join('\n'));
      if ((computingSince() ?? Infinity) > askedAt) return false; // too soon
      // The answer was there before the key, or before a draft; or the page drew the last frame only.
      const isLive = toldOf(name).some((line) => /\(model, .*, live: \d frames?, /.test(line));
      if (!isLive || framesOf(seen).length < 2) return false;
      assert.ok(!framesOf(seen).includes(''), 'there was a blank frame');
      assert.equal(askedOf(name).length, 1, 'the model was asked again');
      return true;
    });
  });

  scene('where the cursor moves the drafts go, and the request is told to stop within 50 ms', async (t) => {
    await inTime(t, 'moved', async (name) => {
      await openHole(name);
      const before = infillLog().length;
      await askForDraft();
      await workbench.page.keyboard.press('ArrowUp');
      await workbench.until('the ghost text is gone', async () => (await workbench.ghostText()) === '');
      const told = await toldOnce(name, /\(model, |live: /);
      if (!/nothing \(cancelled\).*live: .*moved/.test(told)) return false;
      const letGo = (): string | undefined =>
        infillLog()
          .slice(before)
          .split('\n')
          .find((line) => timeOf(line) >= timeOf(told) - 5 && LET_GO.test(line));
      await workbench.until('the inference process was let go', () => letGo() !== undefined);
      const over = letGo() ?? '';
      t.diagnostic(`${told}\n${over}`);
      const passMs = Number(LET_GO.exec(over)?.[1]);
      const toldMs = timeOf(over) - passMs - timeOf(told);
      assert.ok(toldMs <= 50, `it was told to stop ${String(toldMs)} ms after the cursor had moved`);
      const [pid] = workerProcesses(workbench.server.pid);
      assert.ok(pid !== undefined);
      await workbench.until('it computes no more', async () => {
        const seconds = cpuSeconds(pid);
        await new Promise((resolve) => setTimeout(resolve, 300));
        return cpuSeconds(pid) - seconds <= 0.01;
      });
      assert.equal(await workbench.ghostText(), '');
      assert.equal(toldOf(name).length, 1, 'something else came of it');
      return true;
    });
  });

  scene('after Escape nothing comes back', async (t) => {
    await openHole('escape.ts');
    await askForDraft();
    await workbench.page.keyboard.press('Escape');
    await workbench.until('the ghost text is gone', async () => (await workbench.ghostText()) === '');
    const seen = await workbench.recordGhostText(async () => {
      t.diagnostic(await toldOnce('escape.ts', /live: /));
      await new Promise((resolve) => setTimeout(resolve, 500));
    });
    assert.deepEqual(
      seen.map(({ text }) => text),
      [''],
    );
  });

  scene('Alt+] goes from the answer to other texts, not back to drafts', async (t) => {
    await openHole('month-others.ts');
    const seen = await workbench.recordGhostText(async () => {
      await ask();
      await toldOnce('month-others.ts', /\(model, /);
      await settledGhostText();
    });
    const drafts = framesOf(seen);
    const answer = drafts.at(-1) ?? '';
    const others: string[] = [];
    for (let i = 0; i < 2; i++) {
      const before = await workbench.ghostText();
      await workbench.page.keyboard.press('Alt+]');
      others.push(await workbench.waitForGhostText([before]));
    }
    t.diagnostic(JSON.stringify({ drafts, others }));
    assert.deepEqual(
      others.filter((text) => text !== answer && drafts.includes(text)),
      [],
    );
  });

  scene('where everything is to be live, what comes by itself is, too', async (t) => {
    await inTime(t, 'always', async (stem) => {
      const name = stem.replace('.ts', '.txt');
      const file = path.join(folder, name);
      writeFileSync(file, `${name}\n\nThe months of the year are January,\n`);
      await workbench.openFile(file, { line: 3, column: 36 });
      const seen = await workbench.recordGhostText(async () => {
        await workbench.page.keyboard.type(' ');
        await toldOnce(name, /automatic in .*\(model, /);
        await new Promise((resolve) => setTimeout(resolve, 200));
      });
      const told = toldOf(name).join('\n');
      t.diagnostic(`${told}\n${JSON.stringify(seen)}`);
      if (!/automatic in .*, live: \d frames, /.test(told)) return false;
      assert.ok(!framesOf(seen).includes(''), 'there was a blank frame');
      return true;
    });
  });

  scene('a key right behind an answer gets a request of its own', async () => {
    for (const delay of [0, 20, 40, 50, 60, 80]) {
      const name = `behind${String(delay)}.js`; // without drafts
      await openHole(name);
      await ask();
      await workbench.page.waitForFunction(`infillRig.ghostText() !== ''`, undefined, { polling: 'raf' });
      await new Promise((resolve) => setTimeout(resolve, delay));
      await workbench.page.keyboard.type('z');
      await toldOnce(name, /automatic in /);
      await workbench.page.keyboard.press('Escape');
    }
  });

  scene('where it is off, the answer is the one frame there is', async () => {
    await openHole('off.js');
    const seen = await workbench.recordGhostText(async () => {
      await ask();
      await settledGhostText();
      await workbench.until('nothing more comes', () => toldOf('off.js').length > 0);
    });
    assert.equal(framesOf(seen).length, 1);
    assert.doesNotMatch(toldOf('off.js').join('\n'), /live: /);
  });
});

/** What stands before and after the hole of a file. */
function holeOf(file: string): readonly [string, string] {
  const [before, after] = path.basename(file).startsWith('month') ? MONTHS : WORDS;
  return [`// ${path.basename(file)}\n${before}`, after];
}

/** What a file has more than its hole had. */
function inserted(file: string): string {
  const saved = readFileSync(file, 'utf8');
  const [prefix, suffix] = holeOf(file);
  assert.ok(saved.startsWith(prefix) && saved.endsWith(suffix), saved);
  return saved.slice(prefix.length, saved.length - suffix.length);
}

/**
 * What was shown from the first text on, in the order of time. The page draws the lines below the cursor's a frame later than that line, so a
 * text that the next one begins with, line by line, is none of its own.
 */
function framesOf(seen: readonly { readonly text: string }[]): string[] {
  const texts = seen.map(({ text }) => text);
  const shown = texts.slice(texts.findIndex((text) => text !== ''));
  return shown.filter((text, i) => text === '' || shown[i + 1]?.startsWith(`${text}\n`) !== true);
}

/** When a line of the log was written; milliseconds since 1970. */
function timeOf(line: string): number {
  return Date.parse(line.slice(0, '2026-01-01 00:00:00.000'.length));
}

/** Text as the page can show it: no blanks at the ends of lines, no blank line first or last. */
function visible(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
