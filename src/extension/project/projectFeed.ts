import type { ProjectDocument } from '../../shared/projectDocument.js';
import type { ProjectChange } from '../../shared/protocol.js';
import { FeedQueue } from './feedQueue.js';
import type { Unusable } from '../../workspace/usableText.js';

/** Where the texts come from. A source is the uri of a file, an untitled document or a notebook. */
export interface FeedSource {
  /** UTF-16 units of text that the index takes at most. */
  readonly limit: number;
  /** What is open. */
  open(): readonly string[];
  /** The files of the project. */
  files(): Promise<readonly string[]>;
  /** Files in the order in which they are wanted now. */
  order(files: readonly string[]): readonly string[];
  /**
   * A source's texts as they are now: of a notebook one for each language, otherwise one; or why it is of no use; or undefined if
   * it is no part of the project, or not any more.
   */
  read(source: string): Promise<readonly ProjectDocument[] | Unusable | undefined>;
}

export interface ProjectFeedParts {
  readonly source: FeedSource;
  /** Hands a change over; false if nobody takes any. */
  readonly send: (change: ProjectChange) => Promise<boolean>;
  /** Resolves when nothing computes and nobody types, after a short pause in any case. */
  readonly calm: () => Promise<void>;
  /** Told of sources whose texts changed: of those that are gone at once, of others when all that waited has been handed over. */
  readonly onChange: (sources: ReadonlySet<string>, how: TextChange) => void;
}

/** `gone`: what was found in a text must not be used any more. */
export type TextChange = 'new' | 'gone';

/** What was done so far. */
export interface FeedProgress {
  /** Files that are still to be read. */
  readonly waiting: number;
  readonly leftOut: Readonly<Record<Unusable, number>>;
  /** Files that were not read because the limit was reached. */
  readonly beyondLimit: number;
}

/**
 * Keeps the index of the project's texts in line with the workspace. It keeps no text itself: what a new process has to be told is
 * read anew.
 */
export class ProjectFeed {
  private queue = new FeedQueue();
  /** The documents of each source that were handed over, and their lengths. */
  private fed = new Map<string, ReadonlyMap<string, number>>();
  private unusable = new Map<string, Unusable>();
  /** What is being read; a mark that is gone or another one says that it has changed meanwhile. */
  private reading = new Map<string, symbol>();
  private changed = new Set<string>();
  private units = 0;
  private beyondLimit = 0;
  private isListing = false;
  private isOrderOld = false;
  private isPumping = false;
  /** One for each time that all is told; undefined while there is nobody to tell. */
  private filling: symbol | undefined;

  constructor(private readonly parts: ProjectFeedParts) {}

  get progress(): FeedProgress {
    const leftOut = { large: 0, binary: 0, minified: 0 };
    for (const reason of this.unusable.values()) leftOut[reason]++;
    return { waiting: this.queue.length + this.reading.size, leftOut, beyondLimit: this.beyondLimit };
  }

  /** There is an index, which may hold what does not count any more: it is emptied at once and filled anew. */
  begin(): void {
    this.end();
    this.filling = Symbol('filling');
    void this.fill(this.filling);
  }

  /** There is no index any more. */
  end(): void {
    this.filling = undefined;
    this.queue = new FeedQueue();
    this.fed = new Map();
    this.unusable = new Map();
    this.reading = new Map();
    this.units = 0;
    this.beyondLimit = 0;
  }

  /** A text has changed, appeared, or may be no part of the project any more. */
  touch(source: string, urgent: boolean): void {
    if (this.filling !== undefined) {
      this.reading.delete(source);
      if (urgent) this.queue.addUrgent(source);
      else this.queue.addChanged(source);
      void this.pump();
    }
  }

  /** A file, or a folder with all in it, is gone: nothing of it is found any more. */
  forget(source: string): void {
    if (this.filling === undefined) {
      return;
    }
    const folder = `${source}/`;
    this.queue.drop(source);
    this.queue.dropBelow(folder);
    const isGone = (each: string): boolean => each === source || each.startsWith(folder);
    for (const each of [...this.reading.keys()].filter(isGone)) this.reading.delete(each);
    for (const each of [...this.unusable.keys()].filter(isGone)) this.unusable.delete(each);
    const gone = [...this.fed.keys()].filter(isGone);
    const remove = gone.flatMap((each) => this.takeBack(each));
    if (remove.length > 0) {
      void this.parts.send({ remove });
      this.parts.onChange(new Set(gone), 'gone');
    }
  }

  /** Other files are wanted first now. */
  orderAnew(): void {
    this.isOrderOld = true;
  }

  private async fill(filling: symbol): Promise<void> {
    const { source, send, calm } = this.parts;
    for (const open of source.open()) this.queue.addUrgent(open);
    this.isListing = true;
    // The limit first: what is beyond it would be taken in only to be left out.
    if (!(await send({ clear: true, limit: source.limit })) || filling !== this.filling) {
      return;
    }
    void this.pump();
    await calm();
    const files = await source.files();
    if (filling !== this.filling) {
      return;
    }
    this.isListing = false;
    this.queue.addFiles(files.filter((file) => !this.fed.has(file) && !this.reading.has(file)));
    this.isOrderOld = true;
    await this.pump();
  }

  /** Works off what waits, in pauses. */
  private async pump(): Promise<void> {
    if (this.isPumping) {
      return;
    }
    this.isPumping = true;
    try {
      while (this.filling !== undefined && this.queue.length > 0) {
        await this.parts.calm();
        if (!(await this.next())) break;
      }
    } finally {
      this.isPumping = false;
    }
    if (this.filling !== undefined && !this.isListing && this.queue.length === 0 && this.changed.size > 0) {
      const { changed } = this;
      this.changed = new Set();
      this.parts.onChange(changed, 'new');
    }
  }

  /** @returns whether it makes sense to go on */
  private async next(): Promise<boolean> {
    const { filling, queue } = this;
    if (filling === undefined) {
      return false;
    }
    if (this.isOrderOld) {
      this.isOrderOld = false;
      queue.orderFiles((files) => this.parts.source.order(files));
    }
    if (this.units >= this.parts.source.limit) {
      this.beyondLimit += queue.dropFiles();
    }
    const batch = queue.take().map((source) => ({ source, mark: Symbol(source) }));
    for (const { source, mark } of batch) this.reading.set(source, mark);
    const read = await Promise.all(batch.map(async (each) => ({ ...each, result: await this.read(each.source) })));
    // Somebody may have begun to type, or asked for a suggestion.
    await this.parts.calm();
    const current = read.filter(({ source, mark }) => this.reading.get(source) === mark);
    for (const { source } of current) this.reading.delete(source);
    // Where nobody takes it any more it goes on only if somebody new has come meanwhile.
    return (filling === this.filling && (await this.handOver(current))) || filling !== this.filling;
  }

  private async read(source: string): Promise<Awaited<ReturnType<FeedSource['read']>>> {
    try {
      return await this.parts.source.read(source);
    } catch {
      return undefined; // deleted meanwhile, or not to be read
    }
  }

  private handOver(
    read: readonly { readonly source: string; readonly result: Awaited<ReturnType<FeedSource['read']>> }[],
  ): Promise<boolean> | boolean {
    const remove: string[] = [];
    const replace: ProjectDocument[] = [];
    for (const { source, result } of read) {
      const before = this.takeBack(source);
      this.unusable.delete(source);
      const documents = typeof result === 'object' ? result : [];
      if (typeof result === 'string') this.unusable.set(source, result);
      if (documents.length > 0) {
        this.fed.set(source, new Map(documents.map(({ uri, text }) => [uri, text.length])));
        this.units += documents.reduce((sum, { text }) => sum + text.length, 0);
      }
      remove.push(...before.filter((uri) => !documents.some((document) => document.uri === uri)));
      replace.push(...documents);
      if (before.length + documents.length > 0) this.changed.add(source);
    }
    return remove.length + replace.length === 0 || this.parts.send({ remove, replace });
  }

  /** @returns the documents of a source that the index holds and should hold no more */
  private takeBack(source: string): string[] {
    const documents = this.fed.get(source) ?? new Map<string, number>();
    for (const units of documents.values()) this.units -= units;
    this.fed.delete(source);
    return [...documents.keys()];
  }
}
