import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type DrawnEditor, drawnEditor } from './drawnEditor.js';
import { modelLoaded, newRecords, until, withSetting } from './infill.js';
import type { HostTest } from './runTests.js';

/** What is selected does not fit there, so that any model would change it. */
const GARBLED =
  'function area(width: number, height: number): number {\n  return «qqq zzz (( ?? 17 17 17»;\n}\n\nconsole.log(area(2, 3));\n';

/** Runs Denoise Selection at full strength up to the proposal. */
async function propose(drawn: DrawnEditor): Promise<vscode.Tab> {
  const api = await modelLoaded();
  const before = api.requestLog();
  await withSetting('denoise.strength', 1, async () => {
    await vscode.commands.executeCommand('infill.denoiseSelection');
  });
  const record = newRecords(api, before).find((each) => each.trigger === 'denoise');
  assert.equal(record?.outcome, 'suggested', `${record?.reason ?? 'no record'} ${record?.detail ?? ''}`);
  assert.equal(drawn.document.getText(), drawn.text, 'the document changed before anyone agreed');
  return until('the preview of the proposal', previewTab);
}

function previewTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .find((tab) => tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === 'infill-preview');
}

export const denoiseTests: Record<string, HostTest> = {
  async 'an accepted proposal replaces the selection, and is undone in one step'({ note }) {
    const drawn = await drawnEditor(GARBLED);
    const tab = await propose(drawn);
    assert.ok(tab.input instanceof vscode.TabInputTextDiff);
    const proposed = (await vscode.workspace.openTextDocument(tab.input.modified)).getText();

    await vscode.commands.executeCommand('infill.acceptProposal');
    const text = drawn.document.getText();
    assert.equal(text, proposed, 'what was accepted is not what was shown');
    assert.notEqual(text, drawn.text);
    assert.ok(text.startsWith(drawn.prefix) && text.endsWith(drawn.suffix), text);
    await until('the preview closed', () => (previewTab() === undefined ? true : undefined));
    note(JSON.stringify(text.slice(drawn.prefix.length, text.length - drawn.suffix.length)));

    await vscode.window.showTextDocument(drawn.document);
    await vscode.commands.executeCommand('undo');
    assert.equal(drawn.document.getText(), drawn.text);
  },

  async 'a discarded proposal leaves the text as it was'() {
    const drawn = await drawnEditor(`// discarded\n${GARBLED}`);
    const { version } = drawn.document;
    await propose(drawn);
    await vscode.commands.executeCommand('infill.discardProposal');
    await until('the preview closed', () => (previewTab() === undefined ? true : undefined));
    assert.equal(drawn.document.getText(), drawn.text);
    assert.equal(drawn.document.version, version);
  },
};
