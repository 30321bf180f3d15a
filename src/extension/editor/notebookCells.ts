import * as vscode from 'vscode';

const CELL_SCHEME = 'vscode-notebook-cell';

/** The notebook that a document is a cell of, if it is one. */
export function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  return document.uri.scheme === CELL_SCHEME
    ? vscode.workspace.notebookDocuments.find((each) => each.getCells().some((cell) => cell.document === document))
    : undefined;
}

/** What of the project a document's text is: of a notebook's cell the notebook's text in its language, otherwise the document. */
export function projectUri(document: vscode.TextDocument): string {
  const notebook = notebookOf(document);
  return notebook === undefined ? document.uri.toString() : notebookTextUri(notebook.uri, document.languageId);
}

/** The address of a notebook's text in one language. */
export function notebookTextUri(notebook: vscode.Uri, languageId: string): string {
  return `${notebook.toString()}#${languageId}`;
}

/** The documents of the cells above this one that are written in the same language; none if it is no notebook cell. */
export function precedingCells(document: vscode.TextDocument): vscode.TextDocument[] {
  const documents =
    notebookOf(document)
      ?.getCells()
      .map((cell) => cell.document) ?? [];
  return documents
    .slice(0, Math.max(0, documents.indexOf(document)))
    .filter((each) => each.languageId === document.languageId);
}
