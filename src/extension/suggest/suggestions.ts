import * as vscode from 'vscode';
import { noteFirstSuggestion } from '../log/noteFirstSuggestion.js';
import { EditorNames } from '../names/editorNames.js';
import type { ProjectNews } from '../project/project.js';
import type { Inference } from '../runtime/inference.js';
import type { Quiet } from '../runtime/quiet.js';
import { abortableSleep } from './abortableSleep.js';
import { TypingRhythm } from './adaptiveDelay.js';
import { InlineProvider, type InlineProviderParts } from './inlineProvider.js';
import { Suggester } from './suggester.js';
import { SuggestionCache } from './suggestionCache.js';
import { watchTyping } from './typingWatch.js';

export interface SuggestionsParts extends Omit<InlineProviderParts, 'suggester' | 'names' | 'quiet'> {
  readonly quiet: Quiet;
  readonly inference: Inference;
}

/** Suggestions at the cursor, offered to VS Code until they are disposed of. */
export class Suggestions implements vscode.Disposable {
  private readonly cache = new SuggestionCache();
  private readonly suggester: Suggester;
  private readonly provider: InlineProvider;
  private registration: vscode.Disposable | undefined;
  private readonly subscriptions: readonly { dispose: () => unknown }[];

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
    this.provider = new InlineProvider({ ...parts, suggester, names: new EditorNames() });
    this.register();
    this.subscriptions = [
      onModelChange(() => suggester.forget()),
      watchTyping(rhythm),
      noteFirstSuggestion(parts.requests),
      parts.quiet.onChange(() => this.takeBack()),
    ];
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
    void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    this.register();
  }

  /** VS Code remembers that nothing came at a place. It asks there again where the provider is registered anew. */
  private register(): void {
    const before = this.registration;
    this.registration = vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this.provider);
    before?.dispose();
  }

  dispose(): void {
    this.registration?.dispose();
    this.subscriptions.forEach((each) => void each.dispose());
  }
}
