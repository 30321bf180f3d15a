import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const CURSOR = '‸';
const MARKS = /[«»‸]/g;

export interface DrawnEditor {
  readonly editor: vscode.TextEditor;
  readonly document: vscode.TextDocument;
  /** The document's text as it was opened, without marks. */
  readonly text: string;
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * An editor with the text as drawn: ‸ is a cursor, «...» a selection. Prefix and suffix are what stands before and after
 * the first of them.
 */
export async function drawnEditor(drawn: string, language = 'typescript'): Promise<DrawnEditor> {
  const text = drawn.replace(MARKS, '');
  const document = await vscode.workspace.openTextDocument({ language, content: text });
  return showDrawn(document, drawn);
}

/** As drawnEditor, in a file. */
export async function drawnFile(file: vscode.Uri, drawn: string): Promise<DrawnEditor> {
  await vscode.workspace.fs.writeFile(file, Buffer.from(drawn.replace(MARKS, '')));
  return showDrawn(await vscode.workspace.openTextDocument(file), drawn);
}

async function showDrawn(document: vscode.TextDocument, drawn: string): Promise<DrawnEditor> {
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const selections = marksOf(drawn).map(
    ({ start, end }) => new vscode.Selection(document.positionAt(start), document.positionAt(end)),
  );
  assert.ok(selections.length > 0, 'nothing is marked in the drawing');
  editor.selections = selections;
  const [first] = marksOf(drawn);
  const text = document.getText();
  return { editor, document, text, prefix: text.slice(0, first?.start), suffix: text.slice(first?.end) };
}

/** Offsets into the text without marks. */
function marksOf(drawn: string): { start: number; end: number }[] {
  const marks: { start: number; end: number }[] = [];
  let start = 0;
  let seen = 0;
  for (const match of drawn.matchAll(MARKS)) {
    const offset = match.index - seen++;
    if (match[0] === CURSOR) {
      marks.push({ start: offset, end: offset });
    } else if (match[0] === '«') {
      start = offset;
    } else {
      marks.push({ start, end: offset });
    }
  }
  return marks;
}
