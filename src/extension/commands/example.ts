import * as vscode from 'vscode';
import { replaceSpans, selectSpan } from '../editor/editorText.js';
import { exampleDocument, type ExampleKind, exampleSpan, freshExample } from './exampleTexts.js';

/** Shows the small untitled file in which Infill can be tried, with the example as it begins: there is one such file, not one a try. */
export async function openExample(asked: unknown): Promise<void> {
  const kind = asked === 'denoise' ? 'denoise' : 'suggest';
  const document = openedExample(kind) ?? (await newExample());
  const { visibleTextEditors } = vscode.window;
  const viewColumn = visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
  const editor = await vscode.window.showTextDocument(document, viewColumn === undefined ? {} : { viewColumn });
  const span = exampleSpan(document.getText(), kind);
  if (span === undefined) {
    return;
  }
  const { text, selected } = freshExample(kind);
  if (document.getText().slice(span.start, span.end) !== text) {
    await replaceSpans(document, [{ span, text }]); // what was tried there comes back with one undo; all around it stays
  }
  selectSpan(editor, { start: span.start + selected.start, end: span.start + selected.end });
  await vscode.commands.executeCommand(kind === 'denoise' ? 'infill.denoiseSelection' : 'infill.trigger');
}

function openedExample(kind: ExampleKind): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    (document) =>
      document.isUntitled &&
      !document.isClosed &&
      document.languageId === 'typescript' &&
      exampleSpan(document.getText(), kind) !== undefined,
  );
}

async function newExample(): Promise<vscode.TextDocument> {
  return vscode.workspace.openTextDocument({ language: 'typescript', content: exampleDocument() });
}
