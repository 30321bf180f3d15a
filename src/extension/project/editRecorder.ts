import { MOST_EDITS, type RecentEdits } from '../../shared/recentEdit.js';
import type { ReplacedLines } from '../editor/editorText.js';
import { DocumentEdits } from './documentEdits.js';
import { editsBeside, editsOf, type TimedEdit } from './editsAround.js';

/** Documents whose lines are kept, the latest ones, and UTF-16 units of each at most. */
const MOST_DOCUMENTS = 8;
export const LONGEST_DOCUMENT = 500_000;

/** A document that is told of. */
export interface EditedDocument {
  /** Its uri. */
  readonly key: string;
  /** See RecentEdit. */
  readonly uri: string;
  readonly path: string;
}

interface Known extends EditedDocument {
  readonly edits: DocumentEdits;
}

/** The last edits of all documents that it was told of. In memory alone, and of bounded size. */
export class EditRecorder {
  /** By key, the one that was used last at the end. */
  private readonly documents = new Map<string, Known>();
  private time = 0;

  has(key: string): boolean {
    return this.documents.has(key);
  }

  /** Begins with a text that nothing was changed in. */
  begin(document: EditedDocument, text: string): void {
    this.documents.delete(document.key);
    if (text.length > LONGEST_DOCUMENT) return;
    this.documents.set(document.key, { ...document, edits: new DocumentEdits(text) });
    const [oldest] = this.documents.keys();
    if (this.documents.size > MOST_DOCUMENTS && oldest !== undefined) this.documents.delete(oldest);
  }

  /** Follows changes, in the order in which each refers to the text as the former ones left it. @returns the lines that there are now */
  change(key: string, changes: readonly ReplacedLines[]): number {
    const known = this.documents.get(key);
    if (known === undefined) return 0;
    this.use(key);
    this.time++;
    for (const change of changes) known.edits.change(change, this.time);
    this.forgetOldest();
    return known.edits.lines.length;
  }

  /** A document was looked at: others are forgotten before it. */
  use(key: string): void {
    const known = this.documents.get(key);
    if (known === undefined) return;
    this.documents.delete(key);
    this.documents.set(key, known);
  }

  forget(key: string): void {
    this.documents.delete(key);
  }

  clear(): void {
    this.documents.clear();
  }

  /**
   * What a cursor is told: the newest edits but for that of its own line.
   *
   * @param cursorLine in the document `key`, from 0
   * @param mayTell whether a document may still be told of
   */
  recentAt(key: string, cursorLine: number, mayTell: (key: string) => boolean): RecentEdits {
    let lineBefore: string | undefined;
    const all: (TimedEdit & Pick<EditedDocument, 'uri' | 'path'>)[] = [];
    for (const { key: each, uri, path, edits: document } of this.documents.values()) {
      if (!mayTell(each)) continue;
      const told = each === key ? editsBeside(document, cursorLine) : { edits: editsOf(document) };
      if ('lineBefore' in told) lineBefore = told.lineBefore;
      all.push(...told.edits.map((edit) => ({ ...edit, uri, path })));
    }
    const edits = all
      .sort((a, b) => b.time - a.time)
      .slice(0, MOST_EDITS)
      .map(({ time: _, ...edit }) => edit);
    return { edits, ...(lineBefore === undefined ? {} : { lineBefore }) };
  }

  /** Only so many edits are kept, of all documents. */
  private forgetOldest(): void {
    const all = [...this.documents.values()].flatMap(({ edits }) => edits.edits.map((edit) => ({ edits, edit })));
    if (all.length <= MOST_EDITS) return;
    all.sort((a, b) => b.edit.time - a.edit.time);
    for (const { edits, edit } of all.slice(MOST_EDITS)) edits.forget(edit);
  }
}
