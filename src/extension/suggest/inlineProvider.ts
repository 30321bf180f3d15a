import { editorOf, placeFacts, refuseDocument, refuseUnasked } from '../editor/eligibility.js';
import { refusePlace, refuseUndrawn } from '../editor/refusePlace.js';
import * as vscode from 'vscode';
import type { InfillError } from '../../shared/infillError.js';
import type { TextContext } from '../../shared/infillRequest.js';
import type { RecentEdits } from '../../shared/recentEdit.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { holeAtCursor, offsetOf, otherCursors } from '../editor/editorText.js';
import { displayName } from '../editor/fileNames.js';
import { projectUri } from '../editor/notebookCells.js';
import { type RequestLog, workOf } from '../log/requestLog.js';
import type { EditorNames } from '../names/editorNames.js';
import { drawnUnits, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { infillOptions } from '../settings/requestOptions.js';
import type { Settings } from '../settings/settings.js';
import type { AskedByKey, AskedPlace } from './askedByKey.js';
import { ChosenItem } from './chosenItem.js';
import type { NoteAtCursor } from './noteAtCursor.js';
import type { SuggestAnswer, Suggester, SuggestRequest } from './suggester.js';

export interface InlineProviderParts {
  readonly suggester: Suggester;
  readonly exclusion: FileExclusion;
  /** What was changed lately, as told at a line (from 0) of a document. */
  readonly edits: { readonly recentAt: (document: vscode.TextDocument, line: number) => RecentEdits };
  readonly requests: RequestLog;
  readonly names: EditorNames;
  readonly asks: AskedByKey;
  /** Closes the IntelliSense list; VS Code asks again then. */
  readonly closeList: () => void;
  /** Tells a person who asked why nothing came. */
  readonly note: Pick<NoteAtCursor, 'show' | 'clear'>;
  /** Told only about failures of suggestions that a person asked for. */
  readonly onError: (error: InfillError) => void;
}

interface CursorRequest {
  readonly document: vscode.TextDocument;
  readonly cursor: vscode.Position;
  readonly selected: vscode.SelectedCompletionInfo | undefined;
  /** Whether a person chose the list's entry. */
  readonly isChosen: boolean;
  /** Nobody asked: neither with this request, nor with one whose place it takes. */
  readonly automatic: boolean;
}

interface Answered {
  readonly answer: SuggestAnswer;
  readonly items: vscode.InlineCompletionItem[];
  /** What is shown first, from the cursor on; absent where nothing is. */
  readonly shown?: string;
}

/** Between VS Code and the Suggester: decides whether to ask, reads the text around the cursor, keeps the record. */
export class InlineProvider implements vscode.InlineCompletionItemProvider {
  private readonly chosenItem = new ChosenItem();

  constructor(private readonly parts: InlineProviderParts) {}

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    cursor: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const startedAt = performance.now();
    const selected = context.selectedCompletionInfo;
    const place = placeOf(document, cursor, selected);
    const unasked = context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic;
    const isChosen = this.chosenItem.isChosen(place);
    const automatic = !this.parts.asks.begins(place, unasked);
    const settings = readSettings(document);
    const { signal, dispose } = abortSignalOf(token);
    let shown: string | undefined;
    try {
      const asked = { document, cursor, selected, isChosen, automatic };
      const { answer, items, ...first } = await this.answerAt(asked, settings, signal);
      shown = first.shown;
      this.record(asked, settings, answer, performance.now() - startedAt);
      if (!automatic) {
        this.afterAsked(asked, answer);
      }
      return items;
    } finally {
      this.parts.asks.ends(place, !automatic, shown);
      dispose();
    }
  }

  private async answerAt(asked: CursorRequest, settings: Settings, signal: AbortSignal): Promise<Answered> {
    const { document, automatic } = asked;
    const refused =
      refuseDocument(placeFacts(document, settings, automatic, this.parts.exclusion), vscode.l10n) ??
      refuseUndrawn(asked.cursor.character, drawnUnits(document), vscode.l10n);
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
      ? (refuseUnasked(settings.automatic, vscode.l10n) ?? refusePlace(context.prefix, context.suffix, vscode.l10n))
      : undefined;
    const answer = await this.parts.suggester.suggest(
      {
        document: document.uri.toString(),
        context,
        recent: settings.project === 'off' ? undefined : this.parts.edits.recentAt(document, hole.line),
        ahead,
        entry: asked.selected && { ahead: ahead.length, isChosen: asked.isChosen },
        otherCursors: otherCursors(editorOf(document), asked.cursor),
        options: infillOptions(settings, automatic),
        delay: automatic ? settings.delay : undefined,
        unwelcome,
        names: this.namesAt(asked, settings, context),
      },
      signal,
    );
    const suggestions = answer.kind === 'suggestions' ? answer.suggestions : [];
    const [shown] = suggestions.map(hole.fromCursor);
    return { answer, items: suggestions.map(hole.item), ...(shown === undefined ? {} : { shown }) };
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

  /** What a person who asked sees besides the answer. */
  private afterAsked({ document, cursor, isChosen }: CursorRequest, answer: SuggestAnswer): void {
    const { note, closeList, onError } = this.parts;
    if (answer.kind === 'suggestions') {
      note.clear();
    } else if (answer.error !== undefined) {
      onError(answer.error);
    } else if (isInTheWay(answer) && !isChosen) {
      closeList();
    } else if (answer.reason !== 'cancelled' && answer.reason !== 'superseded') {
      note.show(document, cursor, answer.reason);
    }
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

function placeOf(
  document: vscode.TextDocument,
  cursor: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): AskedPlace {
  const { uri, version } = document;
  return { document: uri.toString(), version, cursor: offsetOf(document, cursor), item: selected?.text };
}

/**
 * Whether the list's selected entry keeps everything from being shown: VS Code shows only what begins with it. Where a person asked, and
 * nobody chose the entry, the list is in the way.
 */
function isInTheWay(answer: SuggestAnswer): boolean {
  return answer.kind === 'none' && (answer.reason === 'suggest-widget' || answer.reason === 'unlikely-entry');
}

function nothing(answer: SuggestAnswer): Answered {
  return { answer, items: [] };
}
