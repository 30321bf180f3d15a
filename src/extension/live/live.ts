import * as vscode from 'vscode';
import type { RequestPlace } from '../log/requestPlace.js';
import { FramePace } from './framePace.js';
import { ASKS_WITHIN_MS, type Left, LiveCall, type LiveAsking, type LiveStart, type Screen } from './liveCall.js';

/** The request whose drafts are shown, of which there is at most one, and what a person does meanwhile. */
export class Live<Answer> implements vscode.Disposable {
  private call: LiveCall<Answer> | undefined;
  private readonly screen: Screen;
  /** Where VS Code was told to ask for a frame, and until when it does so, if at all; milliseconds of the monotonic clock. */
  private toAsk: { readonly place: RequestPlace; readonly until: number } | undefined;
  private readonly subscriptions: readonly vscode.Disposable[];

  /**
   * @param renew makes VS Code ask again when the next suggestion is wanted
   * @param others extensions that it would ask as well
   */
  constructor(
    renew: () => void,
    private readonly others: { readonly isThere: boolean },
  ) {
    this.screen = {
      renew,
      showNext: () => {
        this.toAsk = this.call && { place: this.call.asking.place, until: performance.now() + ASKS_WITHIN_MS };
        return vscode.commands.executeCommand('editor.action.inlineSuggest.showNext');
      },
      hide: () => vscode.commands.executeCommand('editor.action.inlineSuggest.hide'),
    };
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.of(document)?.changed(contentChanges);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) =>
        this.of(textEditor.document)?.selected(selections),
      ),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (this.call !== undefined && editor?.document !== this.call.asking.document) this.call.leave('moved');
      }),
    ];
  }

  /** What VS Code is to be given where it asks for the next frame of what is live; undefined where it asks for something else. */
  frame(place: RequestPlace): readonly vscode.InlineCompletionItem[] | undefined {
    const items = this.call?.take(place);
    if (items !== undefined) {
      this.toAsk = undefined;
    }
    return items;
  }

  /** Whether a request comes of a frame that was to be shown where something was typed meanwhile, and of no person. There is one such. */
  asked({ document, version }: RequestPlace): boolean {
    const { place, until } = this.toAsk ?? { until: 0 };
    const isLate = performance.now() < until && place?.document === document && place.version !== version;
    if (isLate) {
      this.toAsk = undefined;
    }
    return isLate;
  }

  /** What is live now, for `leave`. */
  get current(): { readonly leave: (how: Left) => void } | undefined {
    return this.call;
  }

  /** Whether drafts can be shown as things are. */
  get isPossible(): boolean {
    return !this.others.isThere;
  }

  /**
   * Asks, and shows drafts until the answer is there. What was live before is so no more.
   *
   * @param goesOn whether it is the same request as before, and what was typed since goes along with it
   * @param token withdraws it, as long as nothing has come
   * @returns what came first; where that is a draft, the rest goes on by itself
   */
  begin(asking: LiveAsking<Answer>, goesOn: boolean, token: AbortSignal): Promise<LiveStart<Answer>> {
    const before = this.of(asking.document);
    const isSame = goesOn && before?.pace.shown !== undefined;
    const pace = isSame ? before.pace : new FramePace(() => performance.now());
    const call = new LiveCall(asking, pace, isSame, this.screen);
    const previous = this.call;
    this.call = call;
    const start = call.begin(token);
    previous?.leave(isSame ? 'continued' : 'replaced'); // only now, so that what goes on is never without somebody who waits for it
    return start;
  }

  dispose(): void {
    this.call?.leave('moved');
    this.subscriptions.forEach((each) => void each.dispose());
  }

  private of(document: vscode.TextDocument): LiveCall<Answer> | undefined {
    return this.call?.isLive === true && this.call.asking.document === document ? this.call : undefined;
  }
}
