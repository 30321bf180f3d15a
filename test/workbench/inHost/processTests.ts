import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { commitSuggestion } from './commitSuggestion.js';
import { drawnEditor } from './drawnEditor.js';
import { infillApi, newRecords, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

const LIMIT_MB = 700;
const FIRST = 'export function first<T>(items: readonly T[]): T | undefined {\n  return ‸\n}\n';
const LAST = 'export function last<T>(items: readonly T[]): T | undefined {\n  return ‸\n}\n';

async function workerPid(): Promise<number> {
  const api = await infillApi();
  const pid = await until('an inference process with a model', () => (api.state().info ? api.workerPid() : undefined));
  return pid;
}

export const processTests: Record<string, HostTest> = {
  async 'the inference process stays within its memory'({ note }) {
    const status = `/proc/${await workerPid()}/status`;
    if (!existsSync(status)) {
      note('not measured: this system has no /proc');
      return;
    }
    const kB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]);
    note(`${Math.round(kB / 1024)} MB`);
    assert.ok(kB / 1024 < LIMIT_MB, `${Math.round(kB / 1024)} MB`);
  },

  async 'a killed inference process comes back, and suggestions with it'({ note }) {
    const pid = await workerPid();
    process.kill(pid, 'SIGKILL');
    const api = await infillApi();
    await until('the end of the killed process', () => (api.workerPid() === pid ? undefined : true));
    const drawn = await drawnEditor(FIRST);
    const startedAt = performance.now();
    const { inserted } = await commitSuggestion(drawn);
    assert.notEqual(inserted, '');
    assert.notEqual(api.workerPid(), pid);
    note(`a suggestion again ${Math.round(performance.now() - startedAt)} ms after it was asked for`);
  },

  async 'killed in the middle of a request, it fails with a reason and the next request works'() {
    const pid = await workerPid();
    const api = await infillApi();
    const before = api.requestLog();
    await withSetting('steps', 64, async () => {
      await drawnEditor('// A long story about a town by the sea:\n//‸\n');
      void vscode.commands.executeCommand('infill.trigger');
      await until('a request at work', () => (api.state().kind === 'working' ? true : undefined));
      process.kill(pid, 'SIGKILL');
      await until('the end of the killed process', () => (api.workerPid() === pid ? undefined : true));
      await until('an end of the request', () => newRecords(api, before).find((each) => each.trigger === 'manual'));
    });
    await commitSuggestion(await drawnEditor(LAST));
  },

  async 'Restart begins a new process'() {
    const pid = await workerPid();
    await vscode.commands.executeCommand('infill.restart');
    assert.notEqual(await workerPid(), pid);
  },
};
