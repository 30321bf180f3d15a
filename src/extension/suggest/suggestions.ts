import * as vscode from 'vscode';
import { EditorNames } from '../names/editorNames.js';
import type { ProjectNews } from '../project/project.js';
import type { Inference } from '../runtime/inference.js';
import { abortableSleep } from './abortableSleep.js';
import { TypingRhythm } from './adaptiveDelay.js';
import { AskedByKey } from './askedByKey.js';
import { InlineProvider, type InlineProviderParts } from './inlineProvider.js';
import { NoteAtCursor } from './noteAtCursor.js';
import { Suggester } from './suggester.js';
import { SuggestionCache } from './suggestionCache.js';
import { watchTyping } from './typingWatch.js';

export interface SuggestionsParts extends Omit<
  InlineProviderParts,
  'suggester' | 'names' | 'asks' | 'closeList' | 'note'
> {
  readonly inference: Inference;
}

/** Suggestions at the cursor, offered to VS Code until they are disposed of. */
export class Suggestions implements vscode.Disposable {
  private readonly cache = new SuggestionCache();
  private readonly suggester: Suggester;
  private readonly asks = new AskedByKey();
  private readonly subscriptions: readonly { readonly dispose: () => unknown }[];

  constructor({ inference: { service, latency, onModelChange }, ...parts }: SuggestionsParts) {
    const rhythm = new TypingRhythm();
    const suggester = (this.suggester = new Suggester({
      infill: (request, signal) => service.infill(request, { signal }),
      isReady: () => service.state.info !== undefined,
      cache: this.cache,
      latency,
      rhythm,
      now: () => performance.now(),
      sleep: abortableSleep,
    }));
    const note = new NoteAtCursor();
    const provider = new InlineProvider({
      ...parts,
      suggester,
      names: new EditorNames(),
      asks: this.asks,
      note,
      closeList: () => void vscode.commands.executeCommand('hideSuggestWidget'),
    });
    this.subscriptions = [
      vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
      onModelChange(() => suggester.forget()),
      watchTyping(rhythm),
      note,
    ];
  }

  /** See AskedByKey. */
  get isBehindAnother(): boolean {
    return this.asks.isBehindAnother;
  }

  /** What was suggested with other settings stands no longer. */
  settingsChanged(): void {
    this.cache.clear();
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

  dispose(): void {
    this.subscriptions.forEach((each) => void each.dispose());
  }
}
