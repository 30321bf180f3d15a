import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { InfillApi } from '../../../src/extension/api.js';
import type { RequestRecord } from '../../../src/extension/log/requestLog.js';

const ID = 'infill-editor.infill';
const POLL_MS = 50;
const LIMIT_MS = 90_000;

/** What the extension under test exports. */
export async function infillApi(): Promise<InfillApi> {
  const extension = vscode.extensions.getExtension<InfillApi>(ID);
  assert.ok(extension, `${ID} is not installed`);
  return extension.activate();
}

/** Waits until `find` gives something; says `what` did not come otherwise. */
export async function until<T>(what: string, find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline;) {
    const found = await find();
    if (found !== undefined) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`After ${LIMIT_MS} ms there is still not: ${what}.`);
}

/** Waits until a model is loaded, so that times and reasons do not depend on that. */
export async function modelLoaded(): Promise<InfillApi> {
  const api = await infillApi();
  if (!vscode.window.state.focused && api.state().kind === 'stopped') {
    await vscode.commands.executeCommand('infill.restart'); // a window in the background loads only what is asked for
  }
  await until('a loaded model', () => api.state().info);
  return api;
}

/** Records that were added after `before`. Repeated automatic ones are merged, hence by what they hold. */
export function newRecords(api: InfillApi, before: readonly RequestRecord[]): RequestRecord[] {
  return api.requestLog().filter((record) => !before.includes(record));
}

/** Sets a setting of Infill while `body` runs; undefined afterwards again. */
export async function withSetting(name: string, value: unknown, body: () => Promise<void>): Promise<void> {
  const write = async (to: unknown): Promise<void> =>
    vscode.workspace.getConfiguration('infill').update(name, to, vscode.ConfigurationTarget.Global);
  const before: unknown = vscode.workspace.getConfiguration('infill').inspect(name)?.globalValue;
  await write(value);
  try {
    await body();
  } finally {
    await write(before);
  }
}
