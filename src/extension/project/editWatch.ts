import * as vscode from 'vscode';
import type { RecentEdits } from '../../shared/recentEdit.js';
import { documentText, replacedLines } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { notebookOf, projectUri } from '../editor/notebookCells.js';
import { EditRecorder, LONGEST_DOCUMENT } from './editRecorder.js';
import { openSources, sourceOf } from './openSources.js';

/** So long VS Code may take to tell that a document that was changed is not saved: it tells of the first change before that. */
const DIRTY_MS = 500;

/**
 * Remembers what was changed lately in the documents that a person has before them. Nothing is read of one that may not take part in
 * the project, and nothing of any leaves the memory.
 */
export class EditWatch implements vscode.Disposable {
  private readonly recorder = new EditRecorder();
  private readonly subscriptions: vscode.Disposable[];
  /** Documents that were changed and do not seem to differ from their files. */
  private readonly suspects = new Map<string, NodeJS.Timeout>();
  /** One for each time that it was said anew who takes part. */
  private rules = Symbol('rules');

  /** @param takesPart whether a document's text may be used; nothing of it is read before */
  constructor(private readonly takesPart: (document: vscode.TextDocument) => Promise<boolean>) {
    const { window, workspace } = vscode;
    this.subscriptions = [
      workspace.onDidChangeTextDocument((event) => this.changed(event)),
      workspace.onDidSaveTextDocument((document) => this.acquit(keyOf(document))),
      workspace.onDidCloseTextDocument((document) => this.recorder.forget(keyOf(document))),
      window.onDidChangeVisibleTextEditors(() => this.lookAround()),
    ];
    this.lookAround();
  }

  /**
   * What is told at a cursor.
   *
   * @param line from 0
   */
  recentAt(document: vscode.TextDocument, line: number): RecentEdits {
    const open = openSources();
    const closed = new Set(
      vscode.workspace.textDocuments.filter((each) => !open.has(sourceOf(each))).map((each) => keyOf(each)),
    );
    return this.recorder.recentAt(keyOf(document), line, (key) => !closed.has(key));
  }

  /** Who takes part is another question from now on. */
  beginAnew(): void {
    this.rules = Symbol('rules');
    this.recorder.clear();
    this.lookAround();
  }

  dispose(): void {
    for (const key of [...this.suspects.keys()]) this.acquit(key);
    this.recorder.clear();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private lookAround(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      if (this.recorder.has(keyOf(document))) this.recorder.use(keyOf(document));
      else void this.begin(document);
    }
  }

  private async begin(document: vscode.TextDocument): Promise<void> {
    const { rules } = this;
    if (!(await this.takesPart(document)) || rules !== this.rules || document.isClosed) return;
    const key = keyOf(document);
    if (!this.recorder.has(key)) this.beginWith(document);
  }

  private beginWith(document: vscode.TextDocument): void {
    const text = documentText(document, LONGEST_DOCUMENT);
    const { uri } = notebookOf(document) ?? document;
    if (text !== undefined) {
      this.recorder.begin({ key: keyOf(document), uri: projectUri(document), path: displayName(uri) }, text);
    }
  }

  private changed(event: vscode.TextDocumentChangeEvent): void {
    const { document, reason } = event;
    const key = keyOf(document);
    if (event.contentChanges.length === 0 || !this.recorder.has(key)) return;
    const lines = this.recorder.change(key, replacedLines(event));
    this.acquit(key);
    if (lines !== document.lineCount) {
      this.readAnew(document);
    } else if (
      !document.isDirty &&
      !document.isUntitled &&
      reason === undefined &&
      notebookOf(document) === undefined
    ) {
      this.suspects.set(key, setTimeout(() => this.judge(document), DIRTY_MS).unref());
    }
  }

  /** What was read anew from its file nobody has typed. */
  private judge(document: vscode.TextDocument): void {
    this.acquit(keyOf(document));
    if (!document.isDirty && !document.isClosed) this.readAnew(document);
  }

  private acquit(key: string): void {
    clearTimeout(this.suspects.get(key));
    this.suspects.delete(key);
  }

  private readAnew(document: vscode.TextDocument): void {
    this.recorder.forget(keyOf(document));
    this.beginWith(document);
  }
}

function keyOf(document: vscode.TextDocument): string {
  return document.uri.toString();
}
