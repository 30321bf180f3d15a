import * as vscode from 'vscode';
import { Live } from '../live/live.js';
import { OtherActive } from '../live/otherActive.js';
import { noteFirstSuggestion } from '../log/noteFirstSuggestion.js';
import { EditorNames } from '../names/editorNames.js';
import type { ProjectNews } from '../project/project.js';
import type { Inference } from '../runtime/inference.js';
import type { Quiet } from '../runtime/quiet.js';
import { abortableSleep } from './abortableSleep.js';
import { TypingRhythm } from './adaptiveDelay.js';
import { Alternatives } from './alternatives.js';
import { AskedByKey } from './askedByKey.js';
import { FetchAhead } from './fetchAhead.js';
import { InlineProvider, type InlineProviderParts } from './inlineProvider.js';
import { NoteAtCursor } from './noteAtCursor.js';
import { type SuggestAnswer, Suggester } from './suggester.js';
import { SuggestionCache } from '../../atCursor/suggestionCache.js';
import { watchTyping } from './typingWatch.js';

export interface SuggestionsParts extends Omit<
  InlineProviderParts,
  'suggester' | 'names' | 'quiet' | 'fetchAhead' | 'alternatives' | 'asks' | 'closeList' | 'note' | 'live'
> {
  readonly extensionId: string;
  readonly quiet: Quiet;
  readonly inference: Inference;
}

/** Suggestions at the cursor, offered to VS Code until they are disposed of. */
export class Suggestions implements vscode.Disposable {
  private readonly cache = new SuggestionCache();
  private readonly suggester: Suggester;
  private readonly provider: InlineProvider;
  private readonly asks = new AskedByKey();
  private readonly subscriptions: readonly { readonly dispose: () => unknown }[];
  private isDisposed = false;
  private readonly live: Live<SuggestAnswer>;
  private readonly registration: vscode.Disposable;
  /** See `renew`. */
  private unasked: vscode.Disposable | undefined;
  /** What a person is shown at once, and goes through. */
  readonly alternatives: Alternatives;

  constructor({ inference: { service, latency, onModelChange }, ...parts }: SuggestionsParts) {
    const rhythm = new TypingRhythm();
    const suggester = (this.suggester = new Suggester({
      infill: (request, signal, isAhead, onDraft, drafts) =>
        service.infill(request, {
          signal,
          isAhead,
          drafts,
          onStep: ({ shown }) => (shown === undefined ? undefined : onDraft(shown)),
        }),
      isReady: () => service.state.info !== undefined,
      cache: this.cache,
      latency,
      rhythm,
      now: () => performance.now(),
      sleep: abortableSleep,
    }));
    const fetchAhead = new FetchAhead({ isSparing: () => parts.quiet.isOnBattery });
    this.alternatives = new Alternatives({
      another: (request, signal, isAhead) => suggester.another(request, signal, isAhead),
      renew: () => this.renew(),
    });
    const others = new OtherActive(parts.extensionId);
    const live = (this.live = new Live<SuggestAnswer>(() => this.renew(), others));
    const note = new NoteAtCursor();
    this.provider = new InlineProvider({
      ...parts,
      suggester,
      names: new EditorNames(),
      alternatives: this.alternatives,
      fetchAhead,
      asks: this.asks,
      note,
      live,
      closeList: () => void vscode.commands.executeCommand('hideSuggestWidget'),
    });
    this.registration = vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this.provider);
    this.subscriptions = [
      onModelChange(() => suggester.forget()),
      watchTyping(rhythm),
      noteFirstSuggestion(parts.requests),
      parts.quiet.onChange(() => this.takeBack()),
      note,
      live,
      others,
    ];
  }

  /** See AskedByKey. */
  get isBehindAnother(): boolean {
    return this.asks.isBehindAnother;
  }

  /** What was suggested with other settings stands no longer. */
  settingsChanged(): void {
    this.cache.clear();
    this.takeBack();
  }

  /**
   * The project's other texts have changed. What is shown stands all the same until another document comes to the front, but for what
   * may come from a text that is gone.
   */
  projectChanged(how: ProjectNews): void {
    switch (how) {
      case 'gone':
        this.suggester.forget();
        break;
      case 'new':
        this.cache.clearNothing();
        break;
      case 'returned':
        this.cache.clear();
    }
  }

  /** Takes a text that is shown off the screen. Where nothing was shown, VS Code asks again. */
  private takeBack(): void {
    this.live.current?.leave('hidden');
    void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    this.renew();
  }

  /**
   * VS Code asks once at a place, also where nothing came. It asks there again where there is a provider that it has not asked: one that
   * never has anything is put in the place of another. The one that suggests stays registered, so that no request for it is lost, as is
   * one that VS Code has begun and asks a moment later. What is shown meanwhile stays.
   */
  private renew(): void {
    if (this.isDisposed) {
      return;
    }
    const before = this.unasked;
    this.unasked = vscode.languages.registerInlineCompletionItemProvider(
      { pattern: '**' },
      { provideInlineCompletionItems: () => undefined },
    );
    before?.dispose();
  }

  dispose(): void {
    this.isDisposed = true;
    this.registration.dispose();
    this.unasked?.dispose();
    this.subscriptions.forEach((each) => void each.dispose());
  }
}
