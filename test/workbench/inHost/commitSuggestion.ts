import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RequestRecord } from '../../../src/extension/log/requestLog.js';
import type { DrawnEditor } from './drawnEditor.js';
import { infillApi, newRecords, until } from './infill.js';

const SHOWN_MS = 3000;
/** Reasons that say nothing about the place. */
const WITHDRAWN = ['cancelled', 'superseded', 'not-ready'];

/**
 * Asks for a suggestion and accepts it, as Alt+\\ and Tab do.
 *
 * @returns what was inserted, and the record of the request
 */
export async function commitSuggestion(drawn: DrawnEditor): Promise<{ inserted: string; record: RequestRecord }> {
  const record = await ask(drawn);
  assert.equal(record.outcome, 'suggested', `${record.reason ?? ''} ${record.detail}`);
  return { inserted: await commitShown(drawn), record };
}

/**
 * Accepts what is shown. The extension host cannot see ghost text; that "commit" changes the document is the evidence.
 *
 * @returns what was inserted
 */
export async function commitShown({ document, prefix, suffix }: DrawnEditor): Promise<string> {
  await commitChange(document);
  const now = document.getText();
  assert.ok(now.startsWith(prefix), `text before the cursor has changed: ${JSON.stringify(now)}`);
  assert.ok(now.endsWith(suffix), `text after the cursor has changed: ${JSON.stringify(now)}`);
  return now.slice(prefix.length, now.length - suffix.length);
}

/** Accepts what is shown, and waits until it has changed the document. */
export async function commitChange(document: vscode.TextDocument): Promise<void> {
  const text = document.getText();
  for (const deadline = Date.now() + SHOWN_MS; document.getText() === text && Date.now() < deadline;) {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.notEqual(document.getText(), text, 'the suggestion was not shown: commit inserted nothing');
}

/**
 * Runs Trigger Suggestion and waits for what came of it. Asks again where the editor lost the request, which happens just
 * after it opened; hiding first, because otherwise VS Code does not ask twice at the same place.
 */
export async function ask({ document }: DrawnEditor): Promise<RequestRecord> {
  const api = await infillApi();
  const before = api.requestLog();
  if (vscode.window.activeTextEditor?.document !== document) {
    await vscode.window.showTextDocument(document, { preview: false });
  }
  let asked = 0;
  return until('an answer to Trigger Suggestion', async () => {
    if (Date.now() - asked > SHOWN_MS && ['ready', 'stopped'].includes(api.state().kind)) {
      asked = Date.now();
      await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
      await vscode.commands.executeCommand('infill.trigger');
    }
    const manual = newRecords(api, before).filter((record) => record.trigger === 'manual');
    return manual.find((record) => !WITHDRAWN.includes(record.reason ?? ''));
  });
}
