import { editorOf, placeFacts, refuseDocument, refuseUnasked } from '../editor/eligibility.js';
import { refusePlace } from '../editor/refusePlace.js';
import * as vscode from 'vscode';
import type { InfillError } from '../../shared/infillError.js';
import type { TextContext } from '../../shared/infillRequest.js';
import type { RecentEdits } from '../../shared/recentEdit.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { holeAtCursor, otherCursors } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { isMessageBox, messagePreface } from '../editor/messageBox.js';
import { projectUri } from '../editor/notebookCells.js';
import { type RequestLog, workOf } from '../log/requestLog.js';
import type { EditorNames } from '../names/editorNames.js';
import { readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { infillOptions } from '../settings/requestOptions.js';
import type { Settings } from '../settings/settings.js';
import type { SuggestAnswer, Suggester, SuggestRequest } from './suggester.js';

export interface InlineProviderParts {
  readonly suggester: Suggester;
  readonly exclusion: FileExclusion;
  /** What was changed lately, as told at a line (from 0) of a document. */
  readonly edits: { readonly recentAt: (document: vscode.TextDocument, line: number) => RecentEdits };
  readonly requests: RequestLog;
  readonly names: EditorNames;
  /** Told only about failures of suggestions that a person asked for. */
  readonly onError: (error: InfillError) => void;
}

interface CursorRequest {
  readonly document: vscode.TextDocument;
  readonly cursor: vscode.Position;
  readonly selected: vscode.SelectedCompletionInfo | undefined;
  readonly automatic: boolean;
}

interface Answered {
  readonly answer: SuggestAnswer;
  readonly items: vscode.InlineCompletionItem[];
}

/** Between VS Code and the Suggester: decides whether to ask, reads the text around the cursor, keeps the record. */
export class InlineProvider implements vscode.InlineCompletionItemProvider {
  constructor(private readonly parts: InlineProviderParts) {}

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    cursor: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const startedAt = performance.now();
    const automatic = context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic;
    const settings = readSettings(document);
    const { signal, dispose } = abortSignalOf(token);
    try {
      const asked = { document, cursor, selected: context.selectedCompletionInfo, automatic };
      const { answer, items } = await this.answerAt(asked, settings, signal);
      this.record(asked, settings, answer, performance.now() - startedAt);
      if (!automatic && answer.kind === 'none' && answer.error !== undefined) {
        this.parts.onError(answer.error);
      }
      return items;
    } finally {
      dispose();
    }
  }

  private async answerAt(asked: CursorRequest, settings: Settings, signal: AbortSignal): Promise<Answered> {
    const { document, automatic } = asked;
    const facts = placeFacts(document, settings, automatic, this.parts.exclusion);
    const refused = refuseDocument({ ...facts, messages: settings.messages }, vscode.l10n);
    if (refused !== undefined) {
      return nothing({ kind: 'none', source: 'editor', ...refused });
    }
    const isMessage = isMessageBox(document.uri);
    const hole = holeAtCursor(document, asked.cursor, asked.selected, isMessage ? this.preface(asked, settings) : '');
    if (hole === undefined) {
      return nothing({ kind: 'none', source: 'editor', reason: 'suggest-widget', detail: '' });
    }
    const { ahead } = hole;
    // What is written in code says nothing of a message.
    const drawsOnProject = settings.project !== 'off' && !isMessage;
    const context = drawsOnProject ? { ...hole.context, uri: projectUri(document) } : hole.context;
    const unwelcome = automatic
      ? (refuseUnasked(settings.automatic, vscode.l10n) ?? refusePlace(context.prefix, context.suffix, vscode.l10n))
      : undefined;
    const answer = await this.parts.suggester.suggest(
      {
        document: document.uri.toString(),
        context,
        recent: drawsOnProject ? this.parts.edits.recentAt(document, hole.line) : undefined,
        ahead,
        otherCursors: otherCursors(editorOf(document), asked.cursor),
        options: infillOptions(settings, automatic),
        delay: automatic ? settings.delay : undefined,
        unwelcome,
        names: this.namesAt(asked, settings, context),
      },
      signal,
    );
    return { answer, items: answer.kind === 'suggestions' ? answer.suggestions.map(hole.item) : [] };
  }

  private preface({ document }: CursorRequest, { excludedFiles }: Settings): string {
    return messagePreface(document, (paths) => this.parts.exclusion.patternFor(paths, excludedFiles) !== undefined);
  }

  /** While the suggest widget's item is shown, that item says what the name is. */
  private namesAt(
    { document, cursor, selected }: CursorRequest,
    settings: Settings,
    { prefix, suffix }: TextContext,
  ): SuggestRequest['names'] {
    if (!settings.names || selected !== undefined || isMessageBox(document.uri)) {
      return undefined;
    }
    return () => this.parts.names.ask({ document, cursor, prefix, suffix });
  }

  private record({ document, automatic }: CursorRequest, settings: Settings, answer: SuggestAnswer, ms: number): void {
    const { report, names } = answer;
    this.parts.requests.add({
      time: Date.now(),
      file: displayName(document.uri),
      languageId: document.languageId,
      trigger: automatic ? 'automatic' : 'manual',
      source: answer.source,
      ms,
      ...(report === undefined ? {} : workOf(report, settings.steps)),
      ...(names === undefined ? {} : { names }),
      ...(answer.kind === 'none'
        ? { outcome: 'none', reason: answer.reason, detail: answer.detail, candidates: 0 }
        : { outcome: 'suggested', detail: '', candidates: answer.suggestions.length }),
      ...(answer.kind === 'suggestions' && answer.confidence !== undefined ? { confidence: answer.confidence } : {}),
      ...(answer.kind === 'suggestions' && answer.found !== undefined ? { found: answer.found } : {}),
    });
  }
}

function nothing(answer: SuggestAnswer): Answered {
  return { answer, items: [] };
}
