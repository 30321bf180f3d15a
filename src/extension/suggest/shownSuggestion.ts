import * as vscode from 'vscode';
import type { Hole } from '../editor/editorText.js';
import { editorOf } from '../editor/eligibility.js';
import { projectUri } from '../editor/notebookCells.js';
import { refusePlace } from '../editor/refusePlace.js';
import { infillOptions } from '../settings/requestOptions.js';
import type { Settings } from '../settings/settings.js';
import type { ShownSuggestion } from './fetchAhead.js';
import { nextLine } from './nextLine.js';
import type { SuggestAnswer, SuggestRequest } from './suggester.js';

/** An answer, and what it answers. */
export interface ShownAnswer {
  readonly document: vscode.TextDocument;
  readonly cursor: vscode.Position;
  readonly selected: vscode.SelectedCompletionInfo | undefined;
  readonly settings: Settings;
  readonly hole: Hole;
  readonly request: SuggestRequest;
  readonly answer: SuggestAnswer;
  /** Asks ahead. */
  readonly ask: (later: SuggestRequest) => Promise<SuggestAnswer | undefined>;
}

/**
 * The first suggestion of an answer, with what can be asked for the document as it will be once that is accepted.
 *
 * @returns undefined where there is none, or where VS Code would not ask by itself then
 */
export function shownSuggestion(shown: ShownAnswer): ShownSuggestion | undefined {
  const { document, cursor, selected, settings, hole, request, answer, ask } = shown;
  if (answer.kind !== 'suggestions' || !settings.automatic || !settings.fetchAhead) {
    return undefined;
  }
  const [first] = answer.suggestions;
  if (first === undefined || selected !== undefined || request.otherCursors.length > 0) {
    return undefined;
  }
  const { version } = document;
  const later = (typed: string): SuggestRequest => {
    const accepted = hole.accepted(first, typed);
    const context = request.context.uri === undefined ? accepted : { ...accepted, uri: projectUri(document) };
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
  return {
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
  };
}
