import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RequestRecord } from '../../../src/extension/log/requestLog.js';
import { drawnEditor } from './drawnEditor.js';
import { modelLoaded, newRecords, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

interface Repository {
  readonly inputBox: { value: string };
  readonly state: { readonly indexChanges: readonly unknown[] };
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<Repository | null> };
}

/** A repository with a staged file, whose commit box is in front. */
async function commitBox(): Promise<Repository> {
  const root = mkdtempSync(path.join(tmpdir(), 'infill-commit-'));
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: root });
  git('init', '--initial-branch', 'fix/keyboard-shortcuts');
  writeFileSync(path.join(root, 'keyboardShortcuts.ts'), 'export const shortcuts = [];\n');
  git('add', '.');
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  assert.ok(extension, 'there is no git extension');
  const api = await extension.activate();
  await until('git', () => (api.enabled ? true : undefined));
  const repository = await api.getAPI(1).openRepository(vscode.Uri.file(root));
  assert.ok(repository, 'the repository was not opened');
  await until('the staged file', () => (repository.state.indexChanges.length > 0 ? true : undefined));
  await vscode.commands.executeCommand('workbench.view.scm');
  return repository;
}

/** Asks in a box that `focus` brings to the front. */
async function askInBox(focus: () => Promise<unknown>): Promise<RequestRecord> {
  const api = await modelLoaded();
  const before = api.requestLog();
  return until('an answer in the box', async () => {
    await focus();
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    await vscode.commands.executeCommand('infill.trigger');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const asked = newRecords(api, before).filter(({ trigger }) => trigger === 'manual');
    return asked.find(({ reason }) => reason === undefined || !['cancelled', 'superseded'].includes(reason));
  });
}

async function focusCommitBox(): Promise<void> {
  await vscode.commands.executeCommand('workbench.scm.action.focusNextInput');
}

/** Runs with git on, whatever this VS Code is set to. */
async function withGit(body: () => Promise<void>): Promise<void> {
  const write = async (enabled: unknown): Promise<void> =>
    vscode.workspace.getConfiguration('git').update('enabled', enabled, vscode.ConfigurationTarget.Global);
  const before: unknown = vscode.workspace.getConfiguration('git').inspect('enabled')?.globalValue;
  await write(true);
  try {
    await body();
  } finally {
    await write(before);
  }
}

export const messageTests: Record<string, HostTest> = {
  async 'the commit box gets suggestions, and none where that is switched off'({ note }) {
    await withGit(async () => {
      await drawnEditor('const first = ‸;\n'); // which loads the model
      await modelLoaded();
      const { inputBox } = await commitBox();
      inputBox.value = 'Fix keyboard ';
      const record = await askInBox(focusCommitBox);
      note(`${record.outcome} ${record.reason ?? ''} ${record.detail} ${String(record.confidence)}`);
      assert.equal(record.source, 'model');
      if (record.outcome === 'suggested') {
        await until('the text goes in', async () => {
          await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
          return inputBox.value === 'Fix keyboard ' ? undefined : true;
        });
        note(JSON.stringify(inputBox.value));
        assert.match(inputBox.value, /^Fix keyboard \S/);
      }
      await withSetting('messages.enabled', false, async () => {
        inputBox.value = 'Add ';
        const refused = await askInBox(focusCommitBox);
        assert.deepEqual([refused.outcome, refused.reason, refused.source], ['none', 'disabled', 'editor']);
      });
    });
  },

  async 'a comment gets suggestions'({ note }) {
    const { document } = await drawnEditor('const first = ‸;\n');
    const controller = vscode.comments.createCommentController('infill-test', 'Comments');
    try {
      controller.commentingRangeProvider = {
        provideCommentingRanges: () => [new vscode.Range(0, 0, document.lineCount - 1, 0)],
      };
      // A box gets the focus some time after it is there; what is typed before goes into the editor.
      await until('the focus in a box for a comment', async () => {
        await vscode.commands.executeCommand('workbench.action.addComment');
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return vscode.window.activeTextEditor?.document.uri.scheme === 'comment' ? true : undefined;
      });
      await vscode.commands.executeCommand('type', { text: 'This is the ' });
      const record = await askInBox(() => Promise.resolve());
      note(`${record.file}: ${record.outcome} ${record.reason ?? ''}`);
      assert.ok(['model', 'cache'].includes(record.source), record.source); // it may have come by itself before
      assert.match(record.file, /commentinput/);
    } finally {
      controller.dispose();
    }
  },
};
