import { editorOf, placeFacts, refuseDocument, refuseUnasked } from '../editor/eligibility.js';
import { refusePlace } from '../editor/refusePlace.js';
import * as vscode from 'vscode';
import type { InfillError } from '../../shared/infillError.js';
import type { TextContext } from '../../shared/infillRequest.js';
import type { RecentEdits } from '../../shared/recentEdit.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { type Hole, holeAtCursor, otherCursors } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { projectUri } from '../editor/notebookCells.js';
import { type RequestLog, type RequestTrigger, workOf } from '../log/requestLog.js';
import type { EditorNames } from '../names/editorNames.js';
import { readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { infillOptions } from '../settings/requestOptions.js';
import type { Settings } from '../settings/settings.js';
import type { Alternatives } from './alternatives.js';
import type { FetchAhead } from './fetchAhead.js';
import { nextLine } from './nextLine.js';
import type { SuggestAnswer, Suggester, SuggestRequest } from './suggester.js';

export interface InlineProviderParts {
  readonly suggester: Suggester;
  readonly exclusion: FileExclusion;
  /** What was changed lately, as told at a line (from 0) of a document. */
  readonly edits: { readonly recentAt: (document: vscode.TextDocument, line: number) => RecentEdits };
  readonly requests: RequestLog;
  readonly names: EditorNames;
  readonly alternatives: Pick<Alternatives, 'offer' | 'requested'>;
  readonly fetchAhead: Pick<FetchAhead, 'shown' | 'nothingShown'>;
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
  /** Absent where nobody was asked. */
  readonly about?: About;
}

interface About {
  readonly hole: Hole;
  readonly request: SuggestRequest;
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
    this.parts.fetchAhead.nothingShown();
    this.parts.alternatives.requested();
    try {
      const asked = { document, cursor, selected: context.selectedCompletionInfo, automatic };
      const { version } = document;
      const { answer: first, about } = await this.answerAt(asked, settings, signal);
      const { answer, settled } =
        automatic || about === undefined || first.kind === 'none'
          ? { answer: first, settled: Promise.resolve() }
          : await this.parts.alternatives.offer(about.request, first, settings.alternatives, signal);
      void settled.then(() => {
        if (about !== undefined && !signal.aborted && document.version === version) {
          this.readAhead(asked, settings, answer, about);
        }
      });
      const trigger = automatic ? 'automatic' : 'manual';
      this.record({ document, trigger }, settings, answer, performance.now() - startedAt);
      if (!automatic && answer.kind === 'none' && answer.error !== undefined) {
        this.parts.onError(answer.error);
      }
      return about === undefined || answer.kind === 'none' ? [] : answer.suggestions.map(about.hole.item);
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
    const context = withProject(hole.context, document, settings);
    const unwelcome = automatic
      ? (refuseUnasked(settings.automatic, vscode.l10n) ?? refusePlace(context.prefix, context.suffix, vscode.l10n))
      : undefined;
    const request: SuggestRequest = {
      document: document.uri.toString(),
      context,
      recent: settings.project === 'off' ? undefined : this.parts.edits.recentAt(document, hole.line),
      ahead,
      otherCursors: otherCursors(editorOf(document), asked.cursor),
      options: infillOptions(settings, automatic),
      delay: automatic ? settings.delay : undefined,
      unwelcome,
      names: this.namesAt(asked, settings, context),
    };
    return { answer: await this.parts.suggester.suggest(request, signal), about: { hole, request } };
  }

  /** Lets what comes once the first suggestion is accepted be asked ahead, but not where VS Code would not ask by itself then. */
  private readAhead(
    { document, cursor, selected }: CursorRequest,
    settings: Settings,
    answer: SuggestAnswer,
    { hole, request }: About,
  ): void {
    const first = answer.kind === 'suggestions' ? answer.suggestions[0] : undefined;
    const isPlain = selected === undefined && request.otherCursors.length === 0;
    if (
      answer.kind !== 'suggestions' ||
      first === undefined ||
      !isPlain ||
      !settings.automatic ||
      !settings.fetchAhead
    ) {
      return;
    }
    const { version } = document;
    const later = (typed: string): SuggestRequest => {
      const context = withProject(hole.accepted(first, typed), document, settings);
      const { recent } = request;
      const staysInLine = !/[\r\n]/.test(first.text + typed);
      return {
        ...request,
        context,
        recent: staysInLine || recent === undefined ? recent : { edits: recent.edits },
        options: infillOptions(settings, true),
        delay: settings.delay,
        unwelcome: refusePlace(context.prefix, context.suffix, vscode.l10n),
        names: undefined, // the editor knows only those of the document as it is
      };
    };
    const ask = async (later: SuggestRequest): Promise<SuggestAnswer | undefined> => {
      const startedAt = performance.now();
      const known = await this.parts.suggester.askAhead(later);
      if (known?.source === 'model') {
        this.record({ document, trigger: 'ahead' }, settings, known, performance.now() - startedAt);
      }
      return known;
    };
    this.parts.fetchAhead.shown({
      confidence: answer.confidence ?? 0,
      isAskedFor: request.delay === undefined,
      isStill: () => {
        const [selection, ...others] = editorOf(document)?.selections ?? [];
        return document.version === version && others.length === 0 && selection?.end.isEqual(cursor) === true;
      },
      askOnceAccepted: () => ask(later('')),
      askOnNextLine: async () => {
        const { context } = later('');
        const typed = nextLine(context.prefix, context.suffix, context);
        return typed === undefined ? undefined : ask(later(typed));
      },
    });
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
    { document, trigger }: { readonly document: vscode.TextDocument; readonly trigger: RequestTrigger },
    settings: Settings,
    answer: SuggestAnswer,
    ms: number,
  ): void {
    const { report, names } = answer;
    this.parts.requests.add({
      time: Date.now(),
      file: displayName(document.uri),
      languageId: document.languageId,
      trigger,
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

function withProject(context: TextContext, document: vscode.TextDocument, { project }: Settings): TextContext {
  return project === 'off' ? context : { ...context, uri: projectUri(document) };
}

function nothing(answer: SuggestAnswer): Answered {
  return { answer };
}
