import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { emptyReport } from '../../src/shared/outcome.js';
import { events, json, oddServer } from '../inference/remote/oddServer.js';
import { ServedCli } from '../servedCli.js';
import { newFolder, outputFile, prepared, withoutRig } from './environment.js';
import { picturedTest } from './picturedTest.js';
import { Workbench } from './rig/workbench.js';
import { workerProcesses } from './workerProcesses.js';

const SUM = ['function add(first: number, second: number): number {\n  return ', '\n}\n\nadd(1, 2);\n'] as const;
const BUNDLE = ['dist/cli.cjs'];
const TOKEN = 'only-for-those-who-know-it';

describe('a window that asks an infill serve', { skip: withoutRig() }, () => {
  const folder = newFolder();
  let workbench: Workbench;
  let server: ServedCli;
  let files = 0;

  before(async () => {
    server = await ServedCli.start(BUNDLE, ['--port', '0', '--threads', '1']);
    workbench = await Workbench.start({
      folder,
      vsix: [prepared('INFILL_VSIX')],
      settings: { 'infill.minimumConfidence': 0, 'infill.live': 'off', 'infill.automatic': false },
      timeoutMs: 90_000,
    });
    await workbench.waitForExtension('infill-editor.infill');
  });
  after(async () => {
    writeFileSync(outputFile('server.log'), workbench.server.log());
    await workbench.dispose();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const scene = picturedTest({
    workbench: () => workbench,
    about: 'server ',
    told: () => workbench.infillLog().slice(-3000),
  });
  /** Of this machine, as for a remote window: that is what the setting's scope says. */
  const set = (settings: Readonly<Record<string, unknown>>): void => {
    const file = path.join(workbench.server.home, 'data', 'Machine', 'settings.json');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(settings));
  };
  const status = async (): Promise<string> => {
    const item = workbench.page.locator('[id="infill-editor.infill.infill.status"] [aria-label]').first();
    return (await item.getAttribute('aria-label')) ?? '';
  };
  const says = async (what: RegExp): Promise<void> => {
    let seen = '';
    await workbench.until(
      `the status bar says ${String(what)}`,
      async () => what.test((seen = await status())),
      () => `It says: ${seen}`,
    );
  };
  /** Asks for a text at a new place, and what it is. */
  const suggested = async (): Promise<string> => {
    const file = path.join(folder, `sum${String(++files)}.ts`);
    writeFileSync(file, SUM.join(''));
    await workbench.openFile(file, { line: 2, column: '  return '.length + 1 });
    await workbench.page.keyboard.press('Alt+\\');
    return workbench.waitForGhostText();
  };
  const suggestedNothing = async (file: string): Promise<void> => {
    await workbench.openFile(file, { line: 1, column: 1 });
    await workbench.page.keyboard.press('Alt+\\');
    await says(/This file is excluded/u);
  };
  const workers = (): number[] => workerProcesses(workbench.server.pid);

  scene('shows what the server computes, and loads no model of its own', async (t) => {
    set({ 'infill.server.url': server.url });
    await says(new RegExp(`Ready\\..* Computed on 127\\.0\\.0\\.1:${server.port}\\.`, 'u'));
    const ghost = await suggested();
    t.diagnostic(JSON.stringify(ghost));
    assert.ok((await server.answered('fill')) >= 1);
    assert.deepEqual(workers(), []);
    await workbench.until('the server has the open documents', async () => (await server.answered('project')) > 0);
    await workbench.page.screenshot({ path: outputFile('server-ready.png') });
  });

  scene('goes on with the local model while the server is gone, says so, and comes back by itself', async () => {
    const { port } = server;
    await server.kill();
    const instead = await suggested();
    assert.notEqual(instead, '');
    assert.equal(workers().length, 1);
    await says(/The server 127\.0\.0\.1:\d+ cannot be reached.*Meanwhile the model on this computer fills in\./u);
    await workbench.page.screenshot({ path: outputFile('server-gone.png') });
    assert.equal(await workbench.page.locator('.notification-toast').count(), 0);
    server = await ServedCli.start(BUNDLE, ['--port', port, '--threads', '1']);
    await says(/Computed on/u);
    assert.equal(await suggested(), instead, 'the same model, and nothing of before in it');
    assert.ok((await server.answered('fill')) >= 1);
  });

  scene('suggests nothing while the server is gone where that is wanted, with the reason', async () => {
    const { port } = server;
    set({ 'infill.server.url': server.url, 'infill.server.whenUnreachable': 'nothing' });
    await says(/Computed on/u);
    await server.kill();
    const file = path.join(folder, 'nothing.ts');
    writeFileSync(file, SUM.join(''));
    await workbench.openFile(file, { line: 2, column: '  return '.length + 1 });
    await workbench.page.keyboard.press('Alt+\\');
    await says(/The server 127\.0\.0\.1:\d+ cannot be reached/u);
    assert.doesNotMatch(await status(), /Meanwhile/u);
    assert.equal(await workbench.ghostText(), '');
    await workbench.runCommand('Infill: Why Was Nothing Suggested?');
    await workbench.quickInput.waitFor('The request failed.');
    assert.match(await workbench.quickInput.widget.innerText(), /cannot be reached/u);
    await workbench.quickInput.close();
    server = await ServedCli.start(BUNDLE, ['--port', port, '--threads', '1'], { INFILL_SERVER_TOKEN: TOKEN });
  });

  scene('says that a token is wanted, and asks again once it has one', async () => {
    await says(/requires a token.*Run "Infill: Set Server Token\.\.\."/u);
    for (const token of ['not-the-right-one-at-all', TOKEN]) {
      await workbench.runCommand('Infill: Set Server Token...');
      await workbench.quickInput.widget.locator('input').first().fill(token);
      await workbench.page.keyboard.press('Enter');
      await workbench.quickInput.widget.waitFor({ state: 'hidden' });
      if (token === TOKEN) continue;
      await workbench.page.keyboard.press('Alt+\\');
      await says(/requires a token, and the one it was sent is missing or wrong/u);
    }
    await workbench.page.locator('.editor-group-container.active .monaco-editor').first().click();
    assert.notEqual(await suggested(), '');
    assert.ok((await server.answered('fill', TOKEN)) >= 1);
    assert.ok(!workbench.server.log().includes(TOKEN), 'the token is in no log');
  });

  scene('sends the project and what was edited, but nothing of an excluded file', async () => {
    const bodies: string[] = [];
    await using odd = await oddServer((request, response, body) => {
      bodies.push(body);
      if (request.url === '/infill/v1/project') json(response, 200, { project: 'id' });
      else events(response, ['outcome', { kind: 'none', reason: 'empty', detail: '', report: emptyReport() }]);
    });
    const secret = path.join(folder, '.env');
    writeFileSync(secret, 'PASSWORD=never_sent_value\n');
    writeFileSync(path.join(folder, 'other.ts'), 'export const other = "sent_with_the_project";\n');
    set({ 'infill.server.url': odd.url });
    await says(/Computed on/u);
    await suggestedNothing(secret);
    await workbench.page.keyboard.type('never_sent_either');
    await workbench.saveFile();
    const notes = path.join(folder, 'notes.ts');
    writeFileSync(notes, 'export const notes = 1;\n');
    await workbench.openFile(notes, { line: 1, column: 1 });
    await workbench.page.keyboard.type('// sent_as_an_edit');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.press('Alt+\\');
    const isSent = (text: string): boolean => bodies.some((body) => body.includes(text));
    await workbench.until('the project is there', () => isSent('sent_with_the_project'));
    await workbench.until('the edit is there', () => bodies.some((body) => /"recent":.*sent_as_an_edit/u.test(body)));
    assert.ok(!isSent('never_sent'));
    set({});
    await says(/^Infill: Ready\.(?!.* Computed)/u);
    assert.ok(isSent('"clear":true') && bodies.at(-1) === '{"clear":true}', 'the texts are taken back');
  });

  scene('names the server as what decides the model', async () => {
    set({ 'infill.server.url': server.url });
    await says(/Computed on/u);
    await workbench.page.keyboard.press('Alt+\\'); // what is asked says what it is
    await workbench.runCommand('Infill: Manage Models...');
    await workbench.quickInput.waitFor(`127.0.0.1:${server.port} decides which model is used`);
    await workbench.quickInput.close();
    set({});
    await says(/^Infill: Ready\.(?!.* Computed)/u);
  });
});
