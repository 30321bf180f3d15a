import { editorOf, placeFacts, refuseDocument, refuseUnasked } from '../editor/eligibility.js';
import { type Refusal, refusePlace } from '../editor/refusePlace.js';
import * as vscode from 'vscode';
import type { InfillError } from '../../shared/infillError.js';
import type { TextContext } from '../../shared/infillRequest.js';
import type { RecentEdits } from '../../shared/recentEdit.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { holeAtCursor, otherCursors } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { projectUri } from '../editor/notebookCells.js';
import { placeAt } from '../log/lostToList.js';
import { type RequestLog, type RequestPlace, workOf } from '../log/requestLog.js';
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
  /** Why nothing is suggested unasked for a while; undefined where there is no reason. */
  readonly quiet: { readonly because: (settings: Settings) => string | undefined };
  /** Told only about failures of suggestions that a person asked for. */
  readonly onError: (error: InfillError) => void;
}

interface CursorRequest {
  readonly document: vscode.TextDocument;
  readonly cursor: vscode.Position;
  readonly selected: vscode.SelectedCompletionInfo | undefined;
  readonly automatic: boolean;
  /** Where and in which version it was asked. */
  readonly place: RequestPlace;
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
      const place = placeAt(document, cursor);
      const asked = { document, cursor, selected: context.selectedCompletionInfo, automatic, place };
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
    const refused = refuseDocument(placeFacts(document, settings, automatic, this.parts.exclusion), vscode.l10n);
    if (refused !== undefined) {
      return nothing({ kind: 'none', source: 'editor', ...refused });
    }
    const hole = holeAtCursor(document, asked.cursor, asked.selected);
    if (hole === undefined) {
      return nothing({ kind: 'none', source: 'editor', reason: 'suggest-widget', detail: '' });
    }
    const { ahead } = hole;
    const context = settings.project === 'off' ? hole.context : { ...hole.context, uri: projectUri(document) };
    const unwelcome = automatic
      ? (this.quiet(settings) ??
        refuseUnasked(settings.automatic, vscode.l10n) ??
        refusePlace(context.prefix, context.suffix, vscode.l10n))
      : undefined;
    const answer = await this.parts.suggester.suggest(
      {
        document: document.uri.toString(),
        context,
        recent: settings.project === 'off' ? undefined : this.parts.edits.recentAt(document, hole.line),
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

  private quiet(settings: Settings): Refusal | undefined {
    const detail = this.parts.quiet.because(settings);
    return detail === undefined ? undefined : { reason: 'not-asked', detail };
  }

  /** While the suggest widget's item is shown, that item says what the name is. */
  private namesAt(
    { document, cursor, selected }: CursorRequest,
    settings: Settings,
    { prefix, suffix }: TextContext,
  ): SuggestRequest['names'] {
    if (!settings.names || selected !== undefined) {
      return undefined;
    }
    return () => this.parts.names.ask({ document, cursor, prefix, suffix });
  }

  private record(
    { document, automatic, place }: CursorRequest,
    settings: Settings,
    answer: SuggestAnswer,
    ms: number,
  ): void {
    const { report, names } = answer;
    this.parts.requests.add({
      time: Date.now(),
      file: displayName(document.uri),
      languageId: document.languageId,
      trigger: automatic ? 'automatic' : 'manual',
      place,
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
