import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { COMMIT, HubServer, REPOSITORY, TAG } from '../modelStore/hub/hubServer.js';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';

const FIXTURES = path.join(import.meta.dirname, '../fixtures');
const CHECKPOINT = path.join(FIXTURES, 'checkpoints/llada');
const BUNDLED = 'infill-code-135m';
const TOKEN = 'hf_secretSecretSecret';
const MANAGE = 'Infill: Manage Models...';

describe('Manage Models, as a person sees it', { skip: withoutRig() }, () => {
  const folder = newFolder();
  const data = mkdtempSync(path.join(os.tmpdir(), 'infill-data-'));
  const mine = path.join(data, 'models', 'mine');
  let workbench: Workbench;
  const files = new Map<string, { content: Buffer; isLarge: boolean }>();
  let hub: HubServer;

  before(async () => {
    cpSync(path.join(FIXTURES, 'tiny/int8'), mine, { recursive: true });
    for (const name of ['config.json', 'tokenizer.json', 'model.safetensors']) {
      files.set(name, { content: readFileSync(path.join(CHECKPOINT, name)), isLarge: name.endsWith('.safetensors') });
    }
    hub = await HubServer.start(files);
    hub.faults.token = TOKEN;
    // The server of the workbench, and so the extension host, inherits these.
    process.env['INFILL_HOME'] = data;
    process.env['HF_ENDPOINT'] = hub.url;
    workbench = await Workbench.start({ folder, vsix: [prepared('INFILL_VSIX')] });
    await workbench.waitForExtension('infill-editor.infill');
  });
  after(async () => {
    writeFileSync(outputFile('manage-models.log'), workbench.server.log());
    await workbench.dispose();
    hub.close();
    for (const each of [folder, data]) {
      rmSync(each, { recursive: true, force: true });
    }
  });

  const scene = picturedTest({
    workbench: () => workbench,
    told: () => `Log of the workbench ends:\n${workbench.server.log().slice(-3000)}`,
  });
  /** Opens the list and returns its entries, blanks as one space. */
  const openList = async (): Promise<string[]> => {
    await workbench.runCommand(MANAGE);
    const rows = await workbench.quickInput.waitFor(BUNDLED);
    return rows.map((row) => row.replaceAll(/\s+/g, ' ').trim());
  };
  /** What the setting is in the machine's settings: a model is a matter of the machine that runs it. */
  const modelSetting = (): string => {
    const file = path.join(path.dirname(workbench.server.settingsFile), '../Machine/settings.json');
    return existsSync(file) ? (/"infill\.model": "(.*)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? '') : '';
  };
  const settingBecomes = (value: string): Promise<void> =>
    workbench.until(`the setting is "${value}"`, () => modelSetting() === value);
  const answer = async (text: string): Promise<void> => {
    await workbench.quickInput.widget.locator('input').first().fill(text);
    await workbench.page.keyboard.press('Enter');
    // It closes when the extension has looked at the text; what would be opened before that takes the answer away.
    await workbench.quickInput.widget.waitFor({ state: 'hidden' });
  };

  scene('shows every model with what it costs, and switches', async () => {
    const rows = await openList();
    await workbench.page.screenshot({ path: outputFile('manage-models.png') });
    const [bundled = '', added = ''] = rows;
    assert.match(bundled, /^infill-code-135m ?in use · bundled · .*Apache-2\.0/);
    assert.match(bundled, /int8 · \d+ MB on disk · needs about \d+ MB of memory · speed not measured yet/);
    assert.match(added, /^mine ?0\.0\.0 · MIT int8 /);
    await workbench.quickInput.take('mine');
    await settingBecomes(mine);
    await workbench.until('the list marks it', async () => {
      const [, second = ''] = await openList();
      await workbench.quickInput.close();
      return /^mine ?in use/.test(second);
    });
    await openList();
    await workbench.quickInput.take(BUNDLED);
    await settingBecomes('');
  });

  scene('says what a token is good for, keeps it secret, and adds a model from the hub', async () => {
    await openList();
    await workbench.quickInput.take('Add from the Hub...');
    const offered = await workbench.quickInput.waitFor('Another Model...');
    await workbench.page.screenshot({ path: outputFile('suggested-models.png') });
    const costs =
      /\dB · [\w.-]+ · (code|text).*\d GB download · about [\d.]+ GB of memory.* · about [\d.]+ m?s per step \(estimate\)/;
    assert.ok(offered.filter((row) => costs.test(row.replaceAll(/\s+/g, ' '))).length >= 4, offered.join(' | '));
    await workbench.quickInput.take('Salesforce/CoDA-v0-Base');
    const ways = await workbench.quickInput.waitFor('Faster');
    await workbench.page.screenshot({ path: outputFile('exact-or-faster.png') });
    assert.match(ways.join(' '), /Exactly.*About [\d.]+ s for 8 steps.*Faster.*About [\d.]+ m?s for 8 steps/s);
    await workbench.quickInput.close();

    await openList();
    await workbench.quickInput.take('Add from the Hub...');
    await workbench.quickInput.take('Another Model...');
    await workbench.quickInput.waitFor('Model on the Hugging Face Hub');
    await answer(REPOSITORY);
    const refused = workbench.page.locator('.notification-toast', { hasText: 'does not give access' });
    await refused.waitFor();
    assert.deepEqual(hub.rangesOf('model.safetensors'), []);
    await refused.locator('.monaco-button', { hasText: 'Set Hub Token' }).click();
    await workbench.quickInput.waitFor('Hub Token');
    assert.equal(await workbench.quickInput.widget.locator('input').first().getAttribute('type'), 'password');
    await answer(TOKEN);

    await openList();
    await workbench.quickInput.take('Add from the Hub...');
    await workbench.quickInput.take('Another Model...');
    await workbench.quickInput.waitFor('Model on the Hugging Face Hub');
    await answer(REPOSITORY);
    const added = workbench.page.locator('.notification-toast', { hasText: 'Added some-model: int8' });
    await added.waitFor({ timeout: 60_000 });
    await workbench.page.screenshot({ path: outputFile('added-model.png') });
    assert.match(await added.innerText(), /At \d+\.\d% of \d+ positions/);
    await added.locator('.monaco-button', { hasText: 'Use It' }).click();
    await settingBecomes(path.join(data, 'models', 'some-model'));
    assert.ok(!workbench.server.log().includes(TOKEN));
    assert.ok(!readFileSync(workbench.server.settingsFile, 'utf8').includes(TOKEN));
  });

  scene('verifies and removes', async () => {
    await openList();
    await workbench.quickInput.take('Verify a Model...');
    await workbench.quickInput.waitFor('Verify a Model');
    await workbench.quickInput.take('mine');
    await workbench.page.locator('.notification-toast', { hasText: 'mine is intact' }).waitFor();

    await openList();
    await workbench.quickInput.take('Remove a Model...');
    // The list before it has rows of the same names, and is still there for a moment.
    await workbench.until('what can be removed is offered, which the bundled model is not', async () => {
      const offered = await workbench.quickInput.waitFor('some-model');
      return !offered.some((row) => row.includes(BUNDLED));
    });
    await workbench.quickInput.take('some-model');
    await workbench.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).click();
    await workbench.until('its folder is gone', () => readdirSync(path.join(data, 'models')).join() === 'mine');
    await settingBecomes('');
  });

  scene('asks about a mask that cannot be one, and shows the question as a whole', async () => {
    const config = readFileSync(path.join(CHECKPOINT, 'config.json'), 'utf8');
    const stated = config.replace(/("mask_token_id":\s*)\d+/, '$1400');
    assert.notEqual(stated, config);
    files.set('config.json', { content: Buffer.from(stated), isLarge: false });
    await openList();
    await workbench.quickInput.take('Add from the Hub...');
    await workbench.quickInput.take('Another Model...');
    await workbench.quickInput.waitFor('Model on the Hugging Face Hub');
    await answer(REPOSITORY);
    const { widget } = workbench.quickInput;
    const question = widget.locator('.quick-input-message', { hasText: 'Which id has the mask token?' });
    await question.waitFor({ timeout: 60_000 });
    await workbench.page.screenshot({ path: outputFile('mask-question.png') });
    assert.match(await question.innerText(), /The id 400 of the mask token is not .* the ids 0 to 298\. Which/s);
    assert.ok(await question.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth), 'not cut off');
    assert.deepEqual(hub.rangesOf('model.safetensors').length, 1, 'only the earlier import fetched weights');

    await answer('5');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /The id 5 is that of the ordinary token .* Is it really the mask token\?/s);
    await dialog.locator('.monaco-button', { hasText: 'No' }).click();
    await question.waitFor();
    await answer('298');
    await workbench.page
      .locator('.notification-toast', { hasText: 'Added some-model: int8' })
      .waitFor({ timeout: 60_000 });
    rmSync(path.join(data, 'models', 'some-model'), { recursive: true });
    files.set('config.json', { content: Buffer.from(config), isLarge: false });
  });

  scene('keeps what a cancelled download has received, says so, goes on with it, and deletes it', async () => {
    const received = path.join(data, 'downloads', REPOSITORY.replace('/', '--'));
    const sizeOfPart = (): number => {
      const file = path.join(received, COMMIT, 'model.safetensors.part');
      return existsSync(file) ? statSync(file).size : 0;
    };
    hub.faults.stallAt = { path: 'model.safetensors', bytes: 50_000 };
    const begin = async (id: string): Promise<void> => {
      await openList();
      await workbench.quickInput.take('Add from the Hub...');
      await workbench.quickInput.take('Another Model...');
      await workbench.quickInput.waitFor('Model on the Hugging Face Hub');
      await answer(id);
    };
    const cancel = async (): Promise<Locator> => {
      await workbench.until('some of it is there', () => sizeOfPart() >= 50_000);
      const adding = workbench.page.locator('.notification-toast', { hasText: 'adding a model' });
      await adding.locator('.monaco-button', { hasText: 'Cancel' }).click();
      const kept = workbench.page.locator('.notification-toast', { hasText: 'continue where it stopped' });
      await kept.waitFor();
      return kept;
    };
    await begin(REPOSITORY);
    const kept = await cancel();
    await workbench.page.screenshot({ path: outputFile('kept-download.png') });
    assert.match(await kept.innerText(), /Kept \d MB of some-owner\/Some-Model\./);
    await kept.locator('.monaco-button', { hasText: 'Delete Download' }).click();
    await workbench.until('the download is gone', () => !existsSync(received));

    const tagged = `${REPOSITORY}@${TAG}`;
    await begin(tagged);
    await cancel();
    await workbench.runCommand('Notifications: Clear All Notifications');
    const chosen = async (what: string): Promise<void> => {
      const rows = await openList();
      const row = rows.find((each) => each.startsWith(tagged)) ?? '';
      assert.match(row, /not finished · \d MB on disk/, rows.join(' | '));
      await workbench.quickInput.take(tagged);
      await workbench.quickInput.waitFor('Continue Adding');
      await workbench.quickInput.take(what);
    };
    hub.requests.length = 0;
    await chosen('Continue Adding');
    await workbench.until('the tag is asked for again', () =>
      hub.requests.some(({ url }) => url.includes(`/revision/${TAG}`)),
    );
    await cancel();
    await chosen('Delete Download');
    await workbench.until('the download is gone', () => !existsSync(received));
    assert.ok(!(await openList()).some((each) => each.startsWith(REPOSITORY)));
    await workbench.quickInput.close();
  });
});
