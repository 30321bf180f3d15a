import * as vscode from 'vscode';
import { selectSpan } from '../editor/editorText.js';
import { EXAMPLES, MARK } from './exampleTexts.js';

/** Opens a small untitled file in which Infill can be tried at once. */
export async function openExample(kind: unknown): Promise<void> {
  const [before = '', selected = '', after] = EXAMPLES[kind === 'denoise' ? 'denoise' : 'suggest'].split(MARK);
  const content = before + selected + (after ?? '');
  const document = await vscode.workspace.openTextDocument({ language: 'typescript', content });
  const editor = await vscode.window.showTextDocument(document);
  const end = after === undefined ? before.length : before.length + selected.length;
  selectSpan(editor, { start: before.length, end });
  await vscode.commands.executeCommand(kind === 'denoise' ? 'infill.denoiseSelection' : 'infill.trigger');
}
