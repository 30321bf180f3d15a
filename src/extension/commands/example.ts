import * as vscode from 'vscode';
import { selectSpan } from '../editor/editorText.js';

/** Where the cursor stands, or between two of them what is selected. */
const MARK = '⟨⟩';

const SUGGEST = `interface Task {
  title: string;
  done: boolean;
}

function countDone(tasks: Task[]): number {
  return tasks.filter((task) => ${MARK}).length;
}
`;

const DENOISE = `export function average(values: number[]): number {
${MARK}  let sum = 0;
  for (const value of values) {
    sum = sum - value;
  }
  return sum * values.length;
${MARK}}
`;

/** Opens a small untitled file in which Infill can be tried at once. */
export async function openExample(kind: unknown): Promise<void> {
  const [before = '', selected = '', after] = (kind === 'denoise' ? DENOISE : SUGGEST).split(MARK);
  const content = before + selected + (after ?? '');
  const document = await vscode.workspace.openTextDocument({ language: 'typescript', content });
  const editor = await vscode.window.showTextDocument(document);
  const end = after === undefined ? before.length : before.length + selected.length;
  selectSpan(editor, { start: before.length, end });
  await vscode.commands.executeCommand(kind === 'denoise' ? 'infill.denoiseSelection' : 'infill.trigger');
}
