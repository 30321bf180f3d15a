import * as vscode from 'vscode';
import { notebookOf } from '../editor/notebookCells.js';

/** The uri by which a document is fed: its own, or that of its notebook. */
export function sourceOf(document: vscode.TextDocument): string {
  return (notebookOf(document) ?? document).uri.toString();
}

/**
 * What a person has opened. VS Code has more documents: those that extensions look into, and for some minutes those whose tabs were
 * closed.
 */
export function openSources(): ReadonlySet<string> {
  const { tabGroups, visibleTextEditors } = vscode.window;
  return new Set([
    ...tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(sourcesOfTab)),
    ...visibleTextEditors.map(({ document }) => sourceOf(document)),
  ]);
}

/** The texts that a tab shows: two where it compares. */
export function sourcesOfTab({ input }: vscode.Tab): string[] {
  if (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) {
    return [input.original.toString(), input.modified.toString()];
  }
  const hasText =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputNotebook ||
    input instanceof vscode.TabInputCustom;
  return hasText ? [input.uri.toString()] : [];
}
