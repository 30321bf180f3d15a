import path from 'node:path';
import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import type { Span } from '../../shared/infillRequest.js';
import type { FromView, ToView } from '../../view/viewMessages.js';
import { recordRun } from '../denoise/recordRun.js';
import { selectSpan } from '../editor/editorText.js';
import { reasonText } from '../log/reasonText.js';
import type { RequestLog } from '../log/requestLog.js';
import { readSettings } from '../settings/configuration.js';
import { infillOptions } from '../settings/requestOptions.js';
import { savePicture } from './savePicture.js';
import { ViewedText } from './viewedText.js';
import { type ViewRunPlace, ViewRuns } from './viewRuns.js';
import { viewWords } from './viewWords.js';

export interface ViewSessionParts {
  readonly service: InfillService;
  readonly requests: RequestLog;
  readonly panel: vscode.WebviewPanel;
  readonly document: vscode.TextDocument;
  readonly span: Span;
}

/** One place in one document as long as a view is about it. */
export class ViewSession implements vscode.Disposable {
  private readonly viewed: ViewedText;
  private readonly runs: ViewRuns;
  private readonly name: string;
  private readonly column: vscode.ViewColumn | undefined;

  constructor(private readonly parts: ViewSessionParts) {
    const { panel, document, span, service } = parts;
    this.name = path.posix.basename(document.uri.path);
    this.column = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
    panel.title = vscode.l10n.t('Denoise {0}', this.name);
    this.viewed = new ViewedText(document, span, (change) => this.changed(change));
    this.runs = new ViewRuns({
      service,
      send: (message) => this.send(message),
      explain: ({ reason, detail }) => `${reasonText(reason, vscode.l10n)} ${detail}`.trim(),
      onOutcome: (outcome, steps, ms) => recordRun(parts.requests, { document, trigger: 'view', steps, ms }, outcome),
    });
  }

  receive(message: FromView): void {
    switch (message.type) {
      case 'ready':
        this.open();
        break;
      case 'run':
      case 'alternatives':
      case 'score': {
        const place = this.runPlace();
        if (place === undefined) this.gone();
        else if (message.type === 'run') void this.runs.run(message, place);
        else if (message.type === 'score') void this.runs.score(message, place);
        else void this.runs.alternatives(message, place);
        break;
      }
      case 'stop':
        this.runs.stop();
        break;
      case 'insert':
        void this.insert(message.text);
        break;
      case 'discard':
        this.parts.panel.dispose();
        break;
      case 'copyPicture':
        void savePicture(message.svg, this.name);
    }
  }

  dispose(): void {
    this.runs.stop();
    this.viewed.dispose();
    this.parts.panel.dispose();
  }

  private open(): void {
    const { viewed } = this;
    const { document } = this.parts;
    const { span } = viewed;
    const most = this.parts.service.state.info?.steps.most;
    const settings = readSettings(document);
    this.send({
      type: 'open',
      about: {
        name: this.name,
        languageId: document.languageId,
        ...viewed.around,
        ...(viewed.isSelection ? { selection: viewed.text.replaceAll('\r\n', '\n') } : {}),
        steps: settings.steps,
        maxTokens: settings.maxTokens,
        ...(most === undefined ? {} : { mostSteps: most }),
        ...(span === undefined ? {} : { where: { ...span, text: viewed.text } }),
        words: viewWords(vscode.l10n),
      },
    });
    if (span === undefined) this.gone();
  }

  private runPlace(): ViewRunPlace | undefined {
    const { context, isSelection } = this.viewed;
    const settings = readSettings(this.parts.document);
    // A person watches, and stops it where it takes too long.
    const options = infillOptions({ ...settings, deadlineMs: 0 }, false);
    return context && { context, options: isSelection ? { ...options, multiline: 'always' } : options };
  }

  private changed(change: 'around' | 'inside' | 'closed'): void {
    if (change === 'around') this.send({ type: 'around', ...this.viewed.around });
    else if (change === 'closed') this.send({ type: 'gone', why: vscode.l10n.t('The document was closed.') });
    else this.gone();
  }

  private gone(): void {
    this.runs.stop();
    const why = vscode.l10n.t('The text at this place was changed in the editor. Nothing can be inserted any more.');
    this.send({ type: 'gone', why });
  }

  private async insert(text: string): Promise<void> {
    const { document, panel } = this.parts;
    const span = await this.viewed.replace(text);
    if (span === undefined) {
      this.gone();
      return;
    }
    panel.dispose();
    const column = this.column === undefined ? {} : { viewColumn: this.column };
    const editor = await vscode.window.showTextDocument(document, column);
    selectSpan(editor, { start: span.end, end: span.end });
  }

  private send(message: ToView): void {
    void this.parts.panel.webview.postMessage(message);
  }
}
