import * as vscode from 'vscode';
import { isIdentifier } from '../../shared/infillRequest.js';
import { lineAround } from '../editor/editorText.js';
import { ListTimes } from './listTimes.js';
import { namePlaceAt } from './namePlace.js';

/** A person waits no longer for the editor's list, counted from when it was asked for. */
const LONGEST_WAIT_MS = 60;
/** After so long a list that was empty is asked for again: the language's server may have been starting. */
const EMPTY_STANDS_MS = 1000;
/** With more of them a request only grows: what is begun leaves few. */
const MOST_NAMES = 500;

/** Names that are possible at a cursor, as far as they came in time. */
export interface FoundNames {
  readonly names: readonly string[];
  readonly isLate: boolean;
}

/** Where names are wanted. */
export interface NamesQuestion {
  readonly document: vscode.TextDocument;
  readonly cursor: vscode.Position;
  readonly prefix: string;
  readonly suffix: string;
}

interface Asked {
  readonly place: string;
  readonly version: number;
  /** The text around the identifier that was begun, by its length and its line: typing on in it changes neither. */
  readonly around: string;
  readonly list: Promise<readonly string[]>;
  /** When it came with nothing, on the clock; undefined where it did not. */
  emptySince?: number;
}

/**
 * The names of the editor's own completion list. It is asked for once at a place and while an identifier is being written there, and not
 * for a while in a language whose lists take too long. Nothing is asked of a server but what the editor itself asks while typing.
 */
export class EditorNames {
  private readonly times = new ListTimes(LONGEST_WAIT_MS);
  private last: Asked | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Asks at once. @returns undefined where there is nothing to ask; never rejects, and takes 60 ms at most. */
  ask({ document, cursor, prefix, suffix }: NamesQuestion): Promise<FoundNames> | undefined {
    const place = namePlaceAt(prefix, suffix);
    if (place === undefined) return undefined;
    const { begun } = place;
    const list = this.listAt(document, cursor, begun);
    return list && this.inTime(list, begun);
  }

  private listAt(
    document: vscode.TextDocument,
    cursor: vscode.Position,
    begun: string,
  ): Promise<readonly string[]> | undefined {
    const { line, before, after } = lineAround(document, cursor);
    const start = before.slice(0, before.length - begun.length);
    const place = `${document.uri.toString()} ${String(line)}:${String(start.length)}`;
    const around = JSON.stringify([document.lineCount, start, after]);
    const { last } = this;
    const stands = last !== undefined && this.now() - (last.emptySince ?? Infinity) < EMPTY_STANDS_MS;
    if (
      stands &&
      last.place === place &&
      (last.version === document.version || (begun !== '' && last.around === around))
    ) {
      return last.list;
    }
    const { languageId, version } = document;
    if (this.times.rests(languageId, this.now())) return undefined;
    const list = this.measured(languageId, completionNames(document.uri, cursor, start));
    const asked: Asked = { place, version, around, list };
    this.last = asked;
    void list.then(({ length }) => {
      if (length === 0) asked.emptySince = this.now();
    });
    return list;
  }

  /** What the list's time says is noted once: when it has come, or when nobody waits for it any more. */
  private async measured(languageId: string, list: Promise<readonly string[]>): Promise<readonly string[]> {
    const askedAt = this.now();
    let isNoted = false;
    const note = (ms: number): void => {
      if (!isNoted) this.times.add(languageId, ms, this.now());
      isNoted = true;
    };
    const timer = setTimeout(() => note(Infinity), LONGEST_WAIT_MS + 1);
    try {
      return await list;
    } finally {
      clearTimeout(timer);
      note(this.now() - askedAt);
    }
  }

  private async inTime(list: Promise<readonly string[]>, begun: string): Promise<FoundNames> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), LONGEST_WAIT_MS)));
    const names = await Promise.race([list, late]);
    clearTimeout(timer);
    return { names: firstNames(names ?? [], begun), isLate: names === undefined };
  }
}

/** At most so many that a name may become which begins so; as typed first, which is all that can stand there. */
function firstNames(names: readonly string[], begun: string): readonly string[] {
  return names.filter((name) => name.startsWith(begun)).slice(0, MOST_NAMES);
}

/** What the editor's providers offer at a position, in their order; none where they fail. */
async function completionNames(uri: vscode.Uri, position: vscode.Position, before: string): Promise<readonly string[]> {
  try {
    const list = await vscode.commands.executeCommand<vscode.CompletionList | undefined>(
      'vscode.executeCompletionItemProvider',
      uri,
      position,
    );
    const sorted = [...(list?.items ?? [])].sort((a, b) => byText(sortText(a), sortText(b)));
    return [...new Set(sorted.flatMap((item) => nameOf(item, before)))];
  } catch {
    return []; // what goes wrong in another extension is its own matter
  }
}

/**
 * @param before the line up to where the name begins; an item may replace the dot as well, as TypeScript's do
 * @returns the name that an item inserts; none for one that is deprecated, a snippet or a word of the text, or inserts something else
 */
function nameOf({ label, insertText, kind, tags, range }: vscode.CompletionItem, before: string): string[] {
  const { Snippet, Text } = vscode.CompletionItemKind;
  if (kind === Snippet || kind === Text || tags?.includes(vscode.CompletionItemTag.Deprecated) === true) return [];
  // A call with its arguments is a snippet of a name; what makes another text of the dot is no name here.
  const text = typeof insertText === 'string' ? insertText : typeof label === 'string' ? label : label.label;
  const from = (range && 'inserting' in range ? range.inserting : range)?.start.character ?? before.length;
  const replaced = typeof insertText === 'string' ? before.slice(from) : '';
  const name = text.startsWith(replaced) ? text.slice(replaced.length) : '';
  return isIdentifier(name) ? [name] : [];
}

function sortText({ sortText: text, label }: vscode.CompletionItem): string {
  return text ?? (typeof label === 'string' ? label : label.label);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
