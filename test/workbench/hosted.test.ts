import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe } from 'node:test';
import {
  completion,
  edited,
  type HostedServer,
  hostedServer,
  json,
  piece,
  type Respond,
} from '../inference/hosted/hostedServer.js';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';

const EXTENSION = 'infill-editor.infill';
const KEY = 'sk-secretSecretSecret';
/** What no small model on this computer would write there. */
const TEXT = 'combinedByHostedModel(first, second);';
const SUM = ['function add(first: number, second: number): number {\n  return ', '\n}\n\nadd(1, 2);\n'] as const;
/** In which nothing is asked, if it is asked at all: far longer than a pause in typing. */
const QUIET_MS = 2500;
const MARK = '.statusbar [aria-label*="is sent to 127.0.0.1"]';

const answers: Respond = (_, response) => json(response, 200, completion(TEXT));

/** A workbench, and a hosted model as an OpenAI-compatible server on this machine. */
class Rig {
  readonly folder = newFolder();
  server!: HostedServer;
  workbench!: Workbench;
  private readonly ended: (() => void)[] = [];

  async start(untrusted: boolean): Promise<void> {
    this.server = await hostedServer({ after: (end: unknown) => this.ended.push(end as () => void) }, answers);
    this.workbench = await Workbench.start({
      folder: this.folder,
      vsix: [prepared('INFILL_VSIX')],
      untrusted,
      settings: { 'infill.delay.mode': 'fixed', 'infill.delay.milliseconds': 0, 'infill.minimumConfidence': 0 },
    });
    if (!untrusted) {
      await this.workbench.waitForExtension(EXTENSION); // what tells of it is not trusted there either
    }
  }

  async end(log: string): Promise<void> {
    writeFileSync(outputFile(log), this.workbench.server.log());
    await this.workbench.dispose();
    this.ended.forEach((end) => end());
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Settings of the machine, where a hosted model belongs. */
  async readMachineSettings(): Promise<Record<string, unknown>> {
    if (!existsSync(this.machineFile)) return {};
    let settings: Record<string, unknown> = {};
    await this.workbench.until('settings can be read', () => {
      try {
        settings = JSON.parse(readFileSync(this.machineFile, 'utf8')) as Record<string, unknown>;
        return true;
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        return false; // the editor empties the file before it writes it
      }
    });
    return settings;
  }

  writeMachineSettings(settings: Readonly<Record<string, unknown>>): void {
    mkdirSync(path.dirname(this.machineFile), { recursive: true });
    writeFileSync(this.machineFile, JSON.stringify(settings));
  }

  async openBetween(name: string, [prefix, suffix]: readonly [string, string]): Promise<void> {
    const file = path.join(this.folder, name);
    writeFileSync(file, prefix + suffix);
    const lines = prefix.split('\n');
    await this.workbench.openFile(file, { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
  }

  async ask(): Promise<string> {
    await this.workbench.page.keyboard.press('Alt+\\');
    return this.workbench.waitForGhostText();
  }

  async answer(text: string): Promise<void> {
    await this.workbench.quickInput.widget.locator('input').first().fill(text);
    await this.workbench.page.keyboard.press('Enter');
  }

  /** Answers the dialog with one of its buttons, and returns what it said. */
  async dialog(button: string): Promise<string> {
    const box = this.workbench.page.locator('.monaco-dialog-box');
    await box.waitFor();
    const text = await box.innerText();
    await this.workbench.page.screenshot({ path: outputFile(`hosted-consent.png`) });
    await box.locator('.monaco-button', { hasText: button }).click();
    await box.waitFor({ state: 'hidden' });
    return text;
  }

  async mark(): Promise<string | undefined> {
    const marks = this.workbench.page.locator(MARK);
    return (await marks.count()) === 0 ? undefined : ((await marks.first().getAttribute('aria-label')) ?? '');
  }

  async markBecomes(what: string, isSo: (label: string | undefined) => boolean): Promise<void> {
    await this.workbench.until(what, async () => isSo(await this.mark()));
  }

  /** @returns what was asked meanwhile */
  async askedWithin(action: () => Promise<unknown>): Promise<number> {
    const before = this.server.asked.length;
    await action();
    await sleep(QUIET_MS);
    return this.server.asked.length - before;
  }

  private get machineFile(): string {
    return path.join(path.dirname(this.workbench.server.settingsFile), '../Machine/settings.json');
  }
}

describe('a hosted model, as a person turns it on and off', { skip: withoutRig() }, () => {
  const rig = new Rig();
  before(() => rig.start(false));
  after(() => rig.end('hosted.log'));
  const scene = picturedTest({
    workbench: () => rig.workbench,
    about: 'hosted ',
    told: () => `Log of Infill ends:\n${rig.workbench.infillLog().slice(-3000)}`,
  });
  /** Names the server as the hosted model, up to the key or the dialog. */
  const turnOn = async (): Promise<void> => {
    const { quickInput } = rig.workbench;
    await rig.workbench.runCommand('Infill: Turn On Hosted Model...');
    await quickInput.waitFor('Inception');
    await quickInput.take('OpenAI-compatible');
    await quickInput.waitFor('Base URL, without /completions');
    await rig.answer(rig.server.address);
    await quickInput.waitFor('Name of the model');
    await rig.answer('mercury');
  };

  scene('where a person says no, nothing is sent and the model on this computer answers', async () => {
    await turnOn();
    await rig.workbench.quickInput.waitFor('Your API key for 127.0.0.1');
    await rig.answer(KEY);
    const said = await rig.dialog('Cancel');
    assert.match(said, /Send text from your files to 127\.0\.0\.1:\d+\?/);
    assert.match(said, /up to 8000 characters before your cursor and up to 4000 after it/);
    assert.equal((await rig.readMachineSettings())['infill.hosted.provider'], undefined);
    const asked = await rig.askedWithin(async () => {
      await rig.openBetween('no.ts', SUM);
      assert.doesNotMatch(await rig.ask(), /HostedModel/);
    });
    assert.equal(asked, 0);
    assert.equal(await rig.mark(), undefined);
  });

  scene('once it is allowed, suggestions come from there, and a mark says so', async () => {
    await turnOn();
    await rig.dialog('Send Text');
    await rig.markBecomes('the mark is there', (label) => label !== undefined);
    await rig.openBetween('yes.ts', SUM);
    assert.equal(await rig.ask(), TEXT);
    const [asked] = rig.server.asked;
    assert.equal(asked?.headers.authorization, `Bearer ${KEY}`);
    assert.equal(asked.path, '/v1/completions');
    const { prompt, suffix, ...others } = asked.body;
    assert.deepEqual([prompt, suffix], SUM);
    assert.deepEqual(Object.keys(others).toSorted(), ['max_tokens', 'model', 'stop', 'stream', 'temperature']);
    await rig.workbench.page.screenshot({ path: outputFile('hosted-mark.png') });
    assert.equal(await rig.askedWithin(() => sleep(0)), 0, 'nothing is asked while it is read');
    await rig.workbench.page.keyboard.press('Tab');
    await rig.workbench.saveFile();
    assert.equal(readFileSync(path.join(rig.folder, 'yes.ts'), 'utf8'), SUM.join(TEXT));
    assert.doesNotMatch(rig.workbench.server.log(), new RegExp(KEY), 'no log has the key');
  });

  scene('while a person types it is asked too, and a list of steps is not offered', async () => {
    await rig.openBetween('typed.ts', SUM);
    await rig.workbench.page.keyboard.type('c');
    await rig.workbench.until('it was asked with what was typed', () =>
      rig.server.asked.some(({ body }) => String(body['prompt']).endsWith('return c')),
    );
    await rig.workbench.page.keyboard.press('Escape');
    await rig.workbench.runCommand('Infill: Set Denoising Steps...');
    await rig.workbench.page.locator('.notification-toast', { hasText: 'has no denoising steps to set' }).waitFor();
  });

  scene('of an excluded file nothing is sent', async () => {
    const asked = await rig.askedWithin(async () => {
      await rig.openBetween('.env', ['PASSWORD=', '\n']);
      await rig.workbench.page.keyboard.type('hun');
      await rig.workbench.page.keyboard.press('Alt+\\');
    });
    assert.equal(asked, 0);
    assert.notEqual(await rig.mark(), undefined, 'the mark stays');
  });

  scene('a wrong key is told on the mark, and the model on this computer answers meanwhile', async () => {
    rig.server.respond = (_, response) => json(response, 401, { error: { code: 'invalid_api_key' } });
    await rig.openBetween('refused.ts', SUM);
    assert.doesNotMatch(await rig.ask(), /HostedModel/);
    await rig.markBecomes('it says what is wrong', (label) => /does not accept the key/.test(label ?? ''));
    await rig.workbench.page.screenshot({ path: outputFile('hosted-refused.png') });
    assert.equal(await rig.askedWithin(() => rig.workbench.page.keyboard.type('f')), 0);
    rig.server.respond = answers;
    await rig.workbench.runCommand('Infill: Restart Inference');
    await rig.markBecomes('it is asked again', (label) => !/does not accept/.test(label ?? 'does not accept'));
    await rig.openBetween('again.ts', SUM);
    assert.equal(await rig.ask(), TEXT);
  });

  scene('one command turns it off: what runs is closed, and the model on this computer answers', async () => {
    rig.server.respond = () => undefined;
    const closed = rig.server.closed;
    await rig.openBetween('off.ts', SUM);
    const before = rig.server.asked.length;
    await rig.workbench.page.keyboard.press('Alt+\\');
    await rig.workbench.until('it is asked', () => rig.server.asked.length > before);
    await rig.workbench.runCommand('Infill: Turn Off Hosted Model');
    await rig.markBecomes('the mark is gone', (label) => label === undefined);
    await rig.workbench.until('the request was closed', () => rig.server.closed > closed);
    await rig.workbench.until(
      'the setting is off',
      async () => (await rig.readMachineSettings())['infill.hosted.provider'] === 'off',
    );
    const asked = await rig.askedWithin(async () => {
      await rig.openBetween('local.ts', SUM);
      assert.doesNotMatch(await rig.ask(), /HostedModel/);
    });
    assert.equal(asked, 0);
  });

  scene('settings alone send nothing: a person is asked about them', async () => {
    rig.server.respond = answers;
    const asked = await rig.askedWithin(async () => {
      rig.writeMachineSettings({ ...(await rig.readMachineSettings()), 'infill.hosted.provider': 'openai' });
      await rig.dialog('Cancel');
      await rig.openBetween('settings.ts', SUM);
      assert.doesNotMatch(await rig.ask(), /HostedModel/);
    });
    assert.equal(asked, 0);
    assert.equal(await rig.mark(), undefined);
  });
});

describe('a hosted model, in an untrusted workspace', { skip: withoutRig() }, () => {
  const rig = new Rig();
  before(() => rig.start(true));
  after(() => rig.end('hosted-untrusted.log'));
  const scene = picturedTest({ workbench: () => rig.workbench, about: 'hosted ' });

  scene('nothing is sent and nobody is asked, until the workspace is trusted', async () => {
    const { page } = rig.workbench;
    rig.writeMachineSettings({
      'infill.hosted.provider': 'openai',
      'infill.hosted.url': rig.server.address,
      'infill.hosted.model': 'mercury',
    });
    const asked = await rig.askedWithin(async () => {
      await rig.openBetween('untrusted.ts', SUM);
      await rig.workbench.runCommand('Infill: Trigger Suggestion'); // waits until it is there
      assert.doesNotMatch(await rig.workbench.waitForGhostText(), /HostedModel/);
    });
    assert.equal(asked, 0);
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    assert.equal(await rig.mark(), undefined);

    await rig.workbench.runCommand('Workspaces: Manage Workspace Trust');
    await page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ })
      .first()
      .click();
    await rig.dialog('Send Text');
    await rig.workbench.quickInput.waitFor('Your API key for 127.0.0.1');
    await rig.answer('');
    await rig.markBecomes('the mark is there', (label) => label !== undefined);
    await rig.openBetween('trusted.ts', SUM);
    assert.equal(await rig.ask(), TEXT);
    assert.equal(rig.server.asked[0]?.headers.authorization, undefined);
  });
});

describe('Mercury, as a person uses it', { skip: withoutRig() }, () => {
  const rig = new Rig();
  const WRONG = ['def add(first, second):\n    return ', 'first - second', '\n\n\nprint(add(2, 3))  # 5\n'] as const;
  before(async () => {
    await rig.start(false);
    rig.writeMachineSettings({ 'infill.hosted.provider': 'inception', 'infill.hosted.url': rig.server.address });
    assert.match(await rig.dialog('Send Text'), /mercury-edit-2 at 127\.0\.0\.1:\d+ \(Inception\)/);
    await rig.workbench.quickInput.waitFor('Your API key for Inception');
    await rig.answer(KEY);
    await rig.markBecomes('the mark is there', (label) => label !== undefined);
  });
  after(() => rig.end('hosted-mercury.log'));
  const scene = picturedTest({
    workbench: () => rig.workbench,
    about: 'mercury ',
    told: () => `Log of Infill ends:\n${rig.workbench.infillLog().slice(-3000)}`,
  });
  const openWrong = async (name: string): Promise<void> => {
    const [prefix, selected, suffix] = WRONG;
    await rig.openBetween(name, [prefix, selected + suffix]);
    await rig.workbench.page.keyboard.press('Shift+End');
  };

  scene('what it has written so far is shown while it writes', async () => {
    const pieces = ['combined', 'ByHosted', 'Model(', 'first, second', ');'];
    rig.server.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => {
        const next = pieces.shift();
        response.write(next === undefined ? piece(null, 'stop') : piece(next));
        if (next === undefined) {
          clearInterval(timer);
          response.end('data: [DONE]\n\n');
        }
      }, 300);
    };
    await rig.openBetween('streamed.ts', SUM);
    const seen = await rig.workbench.recordGhostText(async () => {
      await rig.workbench.page.keyboard.press('Alt+\\');
      await rig.workbench.untilGhostText('the whole text is shown', TEXT);
    });
    const drafts = seen.map(({ text }) => text).filter((text) => text !== '' && text !== TEXT);
    assert.ok(drafts.length > 0 && drafts.every((text) => text.startsWith('combined')), JSON.stringify(seen));
    assert.equal(rig.server.asked.at(-1)?.path, '/v1/fim/completions');
  });

  scene('Denoise Selection asks its edit endpoint, and its changes are reviewed as ever', async () => {
    rig.server.respond = (_, response) => json(response, 200, edited('```python\n    return first + second\n```'));
    await openWrong('wrong.py');
    await rig.workbench.runCommand('Infill: Denoise Selection');
    await rig.workbench.page.locator('.notification-toast', { hasText: 'becomes' }).waitFor();
    const asked = rig.server.asked.at(-1);
    assert.equal(asked?.path, '/v1/edit/completions');
    assert.match(JSON.stringify(asked.body), /<\|code_to_edit\|>\\n {4}return first - second<\|cursor\|>/);
    await rig.workbench.page.keyboard.press('Control+Enter');
    await rig.workbench.page.locator('.tab.active[data-resource-name="wrong.py"]').waitFor();
    await rig.workbench.saveFile();
    const [prefix, , suffix] = WRONG;
    assert.equal(readFileSync(path.join(rig.folder, 'wrong.py'), 'utf8'), `${prefix}first + second${suffix}`);
  });

  scene('of a selection in an excluded file nothing is sent', async () => {
    const asked = await rig.askedWithin(async () => {
      await rig.openBetween('prod.env', ['PASSWORD=', 'hunter2\n']);
      await rig.workbench.page.keyboard.press('Shift+End');
      await rig.workbench.runCommand('Infill: Denoise Selection');
    });
    assert.equal(asked, 0);
  });

  scene('the denoise view says that it needs the model on this computer', async () => {
    const asked = await rig.askedWithin(async () => {
      await rig.openBetween('view.py', SUM);
      await rig.workbench.runCommand('Infill: Open Denoise View');
      await rig.workbench.until('it says so', async () => {
        const texts = await Promise.all(rig.workbench.page.frames().map((frame) => frame.locator('body').innerText()));
        return texts.some((text) => text.includes('Turn Off Hosted Model'));
      });
    });
    assert.equal(asked, 0);
  });

  scene('until when it is left alone is told', async () => {
    rig.server.respond = (_, response) =>
      json(response, 429, { error: { type: 'rate_limit_error' } }, { 'retry-after': '4' });
    await rig.openBetween('limit.ts', SUM);
    await rig.workbench.page.keyboard.press('Alt+\\');
    await rig.markBecomes('it says until when', (label) => /asked again at \d/.test(label ?? ''));
    rig.server.respond = answers;
    await rig.markBecomes('the pause is over', (label) => !/asked again/.test(label ?? 'asked again'));
  });
});
