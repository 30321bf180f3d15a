import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { Suggestion } from '../../atCursor/suggestion.js';
import { isSamePlace, type RequestPlace } from '../log/requestPlace.js';
import type { Draft } from './draft.js';
import type { FramePace } from './framePace.js';
import { ShownRest } from './shownRest.js';

/** Why drafts are watched no more, though the answer is not there: see `LiveCall.leave`. */
export type Left = 'accepted' | 'moved' | 'hidden' | 'replaced' | 'continued' | 'withdrawn';

/** What is asked for, at a place. */
export interface LiveAsking<Answer> {
  readonly document: vscode.TextDocument;
  readonly cursor: vscode.Position;
  readonly place: RequestPlace;
  /** Where a position is in the document as it is now, in UTF-16 units. */
  readonly offsetOf: (position: vscode.Position) => number;
  /** Asks, and tells what could be shown until the answer is there. Never rejects. */
  readonly ask: (signal: AbortSignal, onDraft: (draft: Draft) => void) => Promise<Answer>;
  readonly item: (suggestion: Suggestion) => vscode.InlineCompletionItem;
  /**
   * The answer is known, after so many drafts were shown, of which `shown` is the last.
   *
   * @returns what VS Code is to be given in its place; none takes it off the screen
   */
  readonly answered: (
    answer: Answer,
    seen: { readonly drafts: number; readonly shown: string | undefined },
    signal: AbortSignal,
  ) => Promise<readonly vscode.InlineCompletionItem[]>;
  /** Nobody waits any more, after so many drafts were shown; `answer` where it came just now, while a person typed. */
  readonly left: (how: Left, drafts: number, answer: Answer | undefined) => void;
}

/** What came first. */
export type LiveStart<Answer> =
  { readonly kind: 'draft'; readonly draft: Suggestion } | { readonly kind: 'answer'; readonly answer: Answer };

export interface Screen {
  /** Makes VS Code ask the provider again, once it is told to show the next suggestion. */
  readonly renew: () => void;
  /** Shows the next suggestion; does nothing where none is shown. */
  readonly showNext: () => Thenable<unknown>;
  readonly hide: () => Thenable<unknown>;
}

/** What VS Code is given when it asks for the next suggestion. */
interface Turn {
  readonly items: readonly vscode.InlineCompletionItem[];
  readonly taken: () => void;
}

/** So long VS Code may take to ask for the next frame. It does not ask where nothing of ours is shown any more. */
export const ASKS_WITHIN_MS = 1000;
const MOST_MISSES = 2;
/** So long VS Code may take to ask again once a person has typed. */
const ASKS_AGAIN_WITHIN_MS = 2000;
/** The reason of a signal's abort where nobody will ask again: then the request under way is told to stop at once. */
export const GONE = 'gone';

/**
 * One request whose drafts are shown while it is under way. The first draft is what VS Code is answered; each later one takes its place: the
 * next suggestion is shown, for which VS Code asks again, and keeps on the screen what stands there until it has it.
 */
export class LiveCall<Answer> {
  private readonly stop = new AbortController();
  private readonly rest: ShownRest;
  private turn: Turn | undefined;
  /** The newest, which is not shown yet. */
  private next: Draft | undefined;
  private answer: { readonly answer: Answer } | undefined;
  /** Whether the answer was told. */
  private isAnswered = false;
  private isOver = false;
  private isPumping = false;
  private misses = 0;
  private typed: NodeJS.Timeout | undefined;

  /** @param goesOn whether a request goes on whose drafts `pace` has shown already. */
  constructor(
    readonly asking: LiveAsking<Answer>,
    readonly pace: FramePace,
    private readonly goesOn: boolean,
    private readonly screen: Screen,
  ) {
    this.rest = new ShownRest(asking.offsetOf(asking.cursor));
  }

  get isLive(): boolean {
    return !this.isOver;
  }

  /** @param token withdraws it, as long as nothing has come. */
  begin(token: AbortSignal): Promise<LiveStart<Answer>> {
    return new Promise((resolve) => {
      const withdraw = (): void => {
        if (this.rest.text === undefined) {
          this.leave('withdrawn');
        }
      };
      if (token.aborted) {
        withdraw();
      }
      token.addEventListener('abort', withdraw, { once: true });
      const onDraft = (draft: Draft): void => {
        if (!this.isOver && this.rest.text === undefined) {
          this.first(draft);
          resolve({ kind: 'draft', draft: draft.suggestion });
        } else {
          this.next = draft;
          void this.pump();
        }
      };
      void this.asking.ask(this.stop.signal, onDraft).then((answer) => {
        if (this.rest.text === undefined) {
          this.isOver = true;
          resolve({ kind: 'answer', answer });
        } else {
          this.answer = { answer };
          void this.pump();
        }
      });
    });
  }

  /**
   * What VS Code is to be given, where it asks for the next frame; undefined where it asks for something else. It may ask twice for one
   * frame, by itself and because it is told to show the next suggestion.
   */
  take(place: RequestPlace): readonly vscode.InlineCompletionItem[] | undefined {
    const { turn } = this;
    if (turn === undefined || this.isOver || !isSamePlace(place, this.asking.place)) {
      return undefined;
    }
    turn.taken();
    return turn.items;
  }

  /**
   * The text has changed. Where a person goes on typing VS Code asks again, and the request that begins then may go on from this one.
   */
  changed(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    if (this.isOver || this.rest.text === undefined) {
      return;
    }
    if (this.rest.typed(changes) === 'all') {
      this.leave('accepted');
      return;
    }
    clearTimeout(this.typed);
    this.typed = setTimeout(() => this.leave('moved'), ASKS_AGAIN_WITHIN_MS).unref();
  }

  /** The cursors stand there now. */
  selected(selections: readonly vscode.Selection[]): void {
    const { document, cursor, place, offsetOf } = this.asking;
    const [selection, ...others] = selections;
    const hasChanged = document.version !== place.version;
    const stays =
      selection?.isEmpty === true &&
      others.length === 0 &&
      (hasChanged ? this.rest.reaches(offsetOf(selection.active)) : selection.active.isEqual(cursor));
    if (!stays) {
      this.leave('moved');
    }
  }

  /**
   * Nobody waits for the answer any more: a person took the draft, went elsewhere or took it off the screen, another request came in its
   * place, or goes on from here; or VS Code withdrew it before anything came, and may ask again at once.
   */
  leave(how: Left): void {
    if (this.isOver) {
      return;
    }
    this.isOver = true;
    clearTimeout(this.typed);
    this.stop.abort(how === 'withdrawn' ? undefined : GONE);
    const answer = this.answer?.answer;
    if (!this.isAnswered && this.rest.text !== undefined && (how !== 'continued' || answer !== undefined)) {
      this.asking.left(how, this.pace.frames, answer);
    }
  }

  private first({ suggestion, drew }: Draft): void {
    if (this.goesOn) {
      this.pace.typed(suggestion.text);
    } else {
      this.pace.drew(suggestion.text);
    }
    this.rest.shows(suggestion);
    drew();
  }

  /** Whether what stands at the cursor is what was asked for. */
  private get isThere(): boolean {
    return !this.isOver && this.asking.document.version === this.asking.place.version;
  }

  /** Shows what is to be shown, one after the other. */
  private async pump(): Promise<void> {
    if (this.isPumping) {
      return;
    }
    this.isPumping = true;
    while (this.isThere && (await this.goOn()));
    this.isPumping = false;
    if (this.isThere && !this.isAnswered && (this.answer ?? this.next) !== undefined) {
      void this.pump(); // it came just now
    }
  }

  /** @returns whether there may be more to show. */
  private async goOn(): Promise<boolean> {
    if (this.answer !== undefined) {
      await this.end(this.answer.answer);
      return false;
    }
    const draft = this.next;
    const wait = draft && this.pace.untilDraft(draft.suggestion.text, draft.isWhole);
    if (draft === undefined || wait === undefined) {
      this.next = undefined;
      return false;
    }
    if (wait > 0) {
      await sleep(Math.min(wait, STEP_MS)); // a newer one may come, or the answer
      return true;
    }
    this.next = undefined;
    await this.show([this.asking.item(draft.suggestion)], () => {
      this.pace.drew(draft.suggestion.text);
      this.rest.shows(draft.suggestion);
      draft.drew();
    });
    if (this.misses >= MOST_MISSES) {
      this.leave('hidden');
    }
    return true;
  }

  private async end(answer: Answer): Promise<void> {
    const { frames: drafts, shown } = this.pace;
    this.isAnswered = true;
    const items = await this.asking.answered(answer, { drafts, shown }, this.stop.signal);
    const [first] = items;
    await sleep(this.pace.untilLast());
    if (this.isThere && first === undefined) {
      await this.screen.hide();
    } else if (this.isThere && first?.insertText === shown) {
      this.screen.renew(); // the next suggestion is to be an alternative, not an earlier draft
    } else {
      for (this.misses = 0; this.isThere && !(await this.show(items)) && this.misses <= MOST_MISSES;);
    }
    this.isOver = true;
  }

  /** @returns whether VS Code asked for it. */
  private async show(items: readonly vscode.InlineCompletionItem[], drew?: () => void): Promise<boolean> {
    let isFirst = true;
    const asked = new Promise<boolean>((resolve) => {
      this.turn = {
        items,
        taken: () => {
          this.misses = 0; // also where it comes late
          if (isFirst) drew?.();
          isFirst = false;
          resolve(true);
        },
      };
    });
    const { turn } = this;
    this.screen.renew();
    await this.screen.showNext();
    const isTaken = await Promise.race([asked, sleep(ASKS_WITHIN_MS, false)]);
    if (!isTaken) {
      this.misses++;
    } else {
      if (this.turn === turn) this.turn = undefined;
      this.screen.renew(); // who wants to see another one gets this one again, not an earlier draft
    }
    return isTaken;
  }
}

/** So often a pause between frames looks whether something newer has come. */
const STEP_MS = 20;
