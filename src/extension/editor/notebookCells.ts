import * as vscode from 'vscode';

const CELL_SCHEME = 'vscode-notebook-cell';

/** The documents of the cells above this one that are written in the same language; none if it is no notebook cell. */
export function precedingCells(document: vscode.TextDocument): vscode.TextDocument[] {
  if (document.uri.scheme !== CELL_SCHEME) {
    return [];
  }
  for (const notebook of vscode.workspace.notebookDocuments) {
    const documents = notebook.getCells().map((cell) => cell.document);
    const index = documents.indexOf(document);
    if (index >= 0) {
      return documents.slice(0, index).filter((each) => each.languageId === document.languageId);
    }
  }
  return [];
}
