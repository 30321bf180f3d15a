import { editorOf, placeFacts, refuseDocument, refuseUnasked } from '../editor/eligibility.js';
import { type Refusal, refusePlace, refuseUndrawn } from '../editor/refusePlace.js';
import * as vscode from 'vscode';
import type { InfillError } from '../../shared/infillError.js';
import type { TextContext } from '../../shared/infillRequest.js';
import type { RecentEdits } from '../../shared/recentEdit.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import { type Hole, holeAtCursor, offsetIn, otherCursors } from '../editor/editorText.js';
import { isMessageBox, messagePreface } from '../editor/messageBox.js';
import { projectUri } from '../editor/notebookCells.js';
import type { LiveAsking, LiveStart, Left } from '../live/liveCall.js';
import type { LiveFrames, RequestLog } from '../log/requestLog.js';
import { placeAt, type RequestPlace } from '../log/requestPlace.js';
import type { EditorNames } from '../names/editorNames.js';
import { drawnUnits, readSettings } from '../settings/configuration.js';
import type { FileExclusion } from '../settings/fileExclusion.js';
import { infillOptions } from '../settings/requestOptions.js';
import type { Settings } from '../settings/settings.js';
import { answerRecord } from './answerRecord.js';
import type { Alternatives } from './alternatives.js';
import type { AskedByKey } from './askedByKey.js';
import { ChosenItem } from './chosenItem.js';
import type { FetchAhead } from './fetchAhead.js';
import type { NoteAtCursor } from './noteAtCursor.js';
import type { Suggestion } from '../../atCursor/suggestion.js';
import { shownSuggestion } from './shownSuggestion.js';
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
  readonly alternatives: Pick<Alternatives, 'offer' | 'requested'>;
  readonly fetchAhead: Pick<FetchAhead, 'shown' | 'nothingShown'>;
  readonly asks: AskedByKey;
  /** A hosted model is sent nothing but a document's own text. */
  readonly hosted: { readonly active: unknown };
  readonly live: LiveShown;
  /** Closes the IntelliSense list; VS Code asks again then. */
  readonly closeList: () => void;
  /** Tells a person who asked why nothing came. */
  readonly note: Pick<NoteAtCursor, 'show' | 'clear'>;
  /** Told only about failures of suggestions that a person asked for. */
  readonly onError: (error: InfillError) => void;
}

/** Shows drafts of what is asked for, see Live. */
export interface LiveShown {
  readonly frame: (place: RequestPlace) => readonly vscode.InlineCompletionItem[] | undefined;
  /** Whether a request comes of a frame that was to be shown where something was typed meanwhile, and of no person. */
  readonly asked: (place: RequestPlace) => boolean;
  readonly current: { readonly leave: (how: Left) => void } | undefined;
  /** Whether drafts can be shown as things are. */
  readonly isPossible: boolean;
  readonly begin: (
    asking: LiveAsking<SuggestAnswer>,
    goesOn: boolean,
    token: AbortSignal,
  ) => Promise<LiveStart<SuggestAnswer>>;
}

interface CursorRequest {
  readonly document: vscode.TextDocument;
  readonly cursor: vscode.Position;
  readonly selected: vscode.SelectedCompletionInfo | undefined;
  /** Whether a person chose the list's entry. */
  readonly isChosen: boolean;
  /** Nobody asked: neither with this request, nor with one whose place it takes. */
  readonly automatic: boolean;
  /** Where and in which version it was asked. */
  readonly place: RequestPlace;
  readonly startedAt: number;
  /** Nobody has pressed a key for it, though it may take the place of what was asked for. */
  readonly byEditor: boolean;
}

interface Answered {
  /** Absent where a draft is shown first, and the answer comes later. */
  readonly answer?: SuggestAnswer;
  readonly draft?: Suggestion;
  /** Absent where nobody was asked. */
  readonly about?: About;
}

interface About {
  readonly hole: Hole;
  readonly request: SuggestRequest;
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
    const place = placeAt(document, cursor);
    const frame = selected === undefined ? this.parts.live.frame(place) : undefined;
    if (frame !== undefined) {
      return [...frame];
    }
    const askedPlace = { ...place, item: selected?.text };
    const byEditor =
      context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic || this.parts.live.asked(place);
    const isChosen = this.chosenItem.isChosen(askedPlace);
    const automatic = !this.parts.asks.begins(askedPlace, byEditor);
    const settings = readSettings(document);
    const { signal, dispose } = abortSignalOf(token);
    this.parts.fetchAhead.nothingShown();
    this.parts.alternatives.requested();
    let shown: string | undefined;
    try {
      const asked = { document, cursor, selected, isChosen, automatic, place, startedAt, byEditor };
      const before = this.parts.live.current;
      const answering = this.answerAt(asked, settings, signal);
      if (this.parts.live.current === before) {
        before?.leave('replaced');
      }
      const answered = await answering;
      const given = await this.given(asked, settings, answered, signal);
      shown = given.shown;
      return given.items;
    } finally {
      this.parts.asks.ends(askedPlace, !automatic, shown);
      dispose();
    }
  }

  /** What VS Code is given of an answer, or of a draft until the answer is there. */
  private async given(
    asked: CursorRequest,
    settings: Settings,
    { answer: first, draft, about }: Answered,
    signal: AbortSignal,
    live?: LiveFrames,
  ): Promise<{ readonly items: vscode.InlineCompletionItem[]; readonly shown: string | undefined }> {
    if (first === undefined) {
      const items = draft && about ? [about.hole.item(draft)] : [];
      return { items, shown: draft && about?.hole.fromCursor(draft) };
    }
    const { document, automatic, place, startedAt, byEditor } = asked;
    const { version } = place;
    const { answer, settled } =
      automatic || about === undefined || first.kind === 'none'
        ? { answer: first, settled: Promise.resolve() }
        : await this.parts.alternatives.offer(
            about.request,
            first,
            settings.alternatives,
            signal,
            byEditor || live !== undefined,
          );
    void settled.then(() => {
      if (about !== undefined && !signal.aborted && document.version === version) {
        this.readAhead(asked, settings, answer, about);
      }
    });
    const trigger = automatic ? 'automatic' : 'manual';
    const took = performance.now() - startedAt;
    this.parts.requests.add(answerRecord({ document, trigger, place }, settings, answer, took, live));
    if (!automatic) {
      this.afterAsked(asked, answer);
    }
    const [best] = answer.kind === 'suggestions' ? answer.suggestions : [];
    return {
      items: about === undefined || answer.kind === 'none' ? [] : answer.suggestions.map(about.hole.item),
      shown: best && about?.hole.fromCursor(best),
    };
  }

  private async answerAt(asked: CursorRequest, settings: Settings, signal: AbortSignal): Promise<Answered> {
    const { document, automatic } = asked;
    const facts = placeFacts(document, settings, automatic, this.parts.exclusion);
    const refused =
      refuseDocument({ ...facts, messages: settings.messages }, vscode.l10n) ??
      refuseUndrawn(asked.cursor.character, drawnUnits(document), vscode.l10n);
    if (refused !== undefined) {
      return nothing({ kind: 'none', source: 'editor', ...refused });
    }
    const isMessage = isMessageBox(document.uri);
    const preface = isMessage ? this.preface(asked, settings) : '';
    const hole = holeAtCursor(document, asked.cursor, asked.selected, preface);
    if (hole === undefined) {
      return nothing({ kind: 'none', source: 'editor', reason: 'suggest-widget', detail: '' });
    }
    const { ahead } = hole;
    // What is written in code says nothing of a message.
    const drawsOnProject = settings.project !== 'off' && !isMessage;
    const context = drawsOnProject ? { ...hole.context, uri: projectUri(document) } : hole.context;
    const unwelcome = automatic
      ? (this.quiet(settings) ??
        refuseUnasked(settings.automatic, vscode.l10n) ??
        refusePlace(context.prefix, context.suffix, vscode.l10n))
      : undefined;
    const request: SuggestRequest = {
      document: document.uri.toString(),
      context,
      recent: drawsOnProject ? this.parts.edits.recentAt(document, hole.line) : undefined,
      ahead,
      entry: asked.selected && { ahead: ahead.length, isChosen: asked.isChosen },
      otherCursors: otherCursors(editorOf(document), asked.cursor),
      options: infillOptions(settings, automatic),
      delay: automatic ? settings.delay : undefined,
      unwelcome,
      names: this.namesAt(asked, settings, context),
      // A hosted model can have been turned on by the time that it is sent.
      isFit: preface === '' ? undefined : () => this.parts.hosted.active === undefined,
    };
    const about = { hole, request };
    if (!isMessage && this.isLive(asked, settings, request)) {
      return this.live(asked, settings, about, signal);
    }
    return { answer: await this.parts.suggester.suggest(request, signal), about };
  }

  /** Whether drafts are shown until the answer is there. What was begun so goes on so, while a person types along. */
  private isLive(
    { document, automatic, selected }: CursorRequest,
    settings: Settings,
    request: SuggestRequest,
  ): boolean {
    const isWanted =
      settings.live === 'always' ||
      (settings.live === 'asked' && (!automatic || this.parts.suggester.goesAlong(request)));
    return (
      isWanted &&
      selected === undefined &&
      request.otherCursors.length === 0 &&
      vscode.window.activeTextEditor?.document === document &&
      this.parts.live.isPossible
    );
  }

  private async live(asked: CursorRequest, settings: Settings, about: About, token: AbortSignal): Promise<Answered> {
    const { document, cursor, place, automatic, startedAt } = asked;
    const { suggester, live, asks, requests } = this.parts;
    const asking: LiveAsking<SuggestAnswer> = {
      document,
      cursor,
      place,
      offsetOf: (position) => offsetIn(document, position),
      item: about.hole.item,
      ask: (signal, onDraft) => suggester.suggest(about.request, signal, onDraft),
      answered: async (answer, { drafts, shown }, signal) => {
        const isNew = answer.kind === 'suggestions' && answer.suggestions[0]?.text !== shown;
        const frames = { frames: drafts + (isNew ? 1 : 0) };
        const given = await this.given(asked, settings, { answer, about }, signal, frames);
        asks.nowShown(given.shown);
        return given.items;
      },
      left: (how, frames, late) => {
        const answer = late ?? (how === 'accepted' ? DRAFT_TAKEN : DRAFT_LEFT);
        const told = { frames, ...(how === 'continued' || late !== undefined ? {} : { endedBy: how }) };
        const trigger = automatic ? 'automatic' : 'manual';
        const took = performance.now() - startedAt;
        requests.add(answerRecord({ document, trigger, place }, settings, answer, took, told));
      },
    };
    const start = await live.begin(asking, suggester.isUnderWay(about.request), token);
    return start.kind === 'draft' ? { draft: start.draft, about } : { answer: start.answer, about };
  }

  private readAhead(asked: CursorRequest, settings: Settings, answer: SuggestAnswer, about: About): void {
    const { document, place } = asked;
    const ask = async (later: SuggestRequest): Promise<SuggestAnswer | undefined> => {
      const startedAt = performance.now();
      const known = await this.parts.suggester.askAhead(later);
      if (known?.source === 'model') {
        const took = performance.now() - startedAt;
        this.parts.requests.add(answerRecord({ document, trigger: 'ahead', place }, settings, known, took));
      }
      return known;
    };
    const shown = shownSuggestion({ ...asked, ...about, settings, answer, ask });
    if (shown !== undefined) {
      this.parts.fetchAhead.shown(shown);
    }
  }

  private quiet(settings: Settings): Refusal | undefined {
    const detail = this.parts.quiet.because(settings);
    return detail === undefined ? undefined : { reason: 'not-asked', detail };
  }

  private preface({ document }: CursorRequest, { excludedFiles }: Settings): string {
    if (this.parts.hosted.active !== undefined) {
      return '';
    }
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
}

/** What the log says of a request that ended with a draft, which a person accepted or left. */
const DRAFT_TAKEN: SuggestAnswer = {
  kind: 'suggestions',
  source: 'model',
  suggestions: [{ text: '', replaceAfter: 0 }],
};
const DRAFT_LEFT: SuggestAnswer = { kind: 'none', source: 'model', reason: 'cancelled', detail: '' };

/**
 * Whether the list's selected entry keeps everything from being shown: VS Code shows only what begins with it. Where a person asked, and
 * nobody chose the entry, the list is in the way.
 */
function isInTheWay(answer: SuggestAnswer): boolean {
  return answer.kind === 'none' && (answer.reason === 'suggest-widget' || answer.reason === 'unlikely-entry');
}

function nothing(answer: SuggestAnswer): Answered {
  return { answer };
}
