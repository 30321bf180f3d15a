import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import type { Span } from '../../shared/infillRequest.js';
import type { FromView } from '../../view/viewMessages.js';
import { refusalOf, refusesText } from '../denoise/refusesText.js';
import { selectFirst } from '../denoise/selectFirst.js';
import { selectedSpan, spanText } from '../editor/editorText.js';
import type { RequestLog } from '../log/requestLog.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { passingNote } from '../ui/passingNote.js';
import { restoredSpan } from './restoredSpan.js';
import { viewHtml, viewOptions } from './viewHtml.js';
import { ViewSession } from './viewSession.js';

export const VIEW_TYPE = 'infill.denoiseView';

export interface DenoiseViewParts {
  readonly service: InfillService;
  readonly exclusion: FileExclusion;
  readonly requests: RequestLog;
  readonly extensionUri: vscode.Uri;
}

/** The denoise view: one in a window, beside the editor, for the hole at the cursor or the selection. */
export class DenoiseView implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private session: ViewSession | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly parts: DenoiseViewParts) {
    this.subscription = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
  }

  /** Opens it for the selection, or else for the hole at the cursor. */
  open(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) {
      void passingNote(vscode.l10n.t('Open a file first.'), [vscode.window.onDidChangeActiveTextEditor]);
    } else {
      this.openAt(editor.document, selectedSpan(editor));
    }
  }

  /** Opens it for the selection, and says so where there is none. */
  openForSelection(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || editor.selection.isEmpty) {
      selectFirst();
    } else {
      this.openAt(editor.document, selectedSpan(editor));
    }
  }

  /** After a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = restoredSpan(state);
    const document = kept && (await openedAgain(kept.uri));
    const isSame = document !== undefined && kept !== undefined && spanText(document, kept) === kept.text;
    if (!isSame || refusalOf(document, this.parts.exclusion) !== undefined) {
      panel.dispose(); // nothing that it shows could be put anywhere
      return;
    }
    this.begin(panel, document, kept);
  }

  dispose(): void {
    this.subscription.dispose();
    this.session?.dispose();
  }

  private openAt(document: vscode.TextDocument, span: Span): void {
    if (refusesText(document, this.parts.exclusion)) {
      return;
    }
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false };
    const { extensionUri } = this.parts;
    this.session?.dispose();
    this.begin(
      vscode.window.createWebviewPanel(VIEW_TYPE, 'Denoise', beside, viewOptions(extensionUri)),
      document,
      span,
    );
  }

  private begin(panel: vscode.WebviewPanel, document: vscode.TextDocument, span: Span): void {
    const { extensionUri } = this.parts;
    const session = new ViewSession({ ...this.parts, panel, document, span });
    this.session = session;
    panel.onDidDispose(() => {
      session.dispose();
      if (this.session === session) this.session = undefined;
    });
    panel.webview.onDidReceiveMessage((message: FromView) => session.receive(message));
    panel.webview.options = viewOptions(extensionUri);
    panel.webview.html = viewHtml(panel.webview, extensionUri, randomBytes(16).toString('hex'));
  }
}

async function openedAgain(uri: string): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  } catch {
    return undefined; // it is gone
  }
}
