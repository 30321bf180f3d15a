import type { ProjectDocument, ProjectStats } from '../../shared/projectDocument.js';
import type { ProjectChange } from '../../shared/protocol.js';

export interface ProjectTextsParts {
  /** Hands a change to the server. @returns by which the server knows the texts */
  readonly send: (change: ProjectChange) => Promise<string>;
  /** What the server holds. */
  readonly ask: () => Promise<ProjectStats>;
  readonly onStats: (stats: ProjectStats) => void;
}

/** UTF-16 units of text, and uris, that are sent at once. A text of more is sent alone. */
const MOST_UNITS = 512 * 1024;
const MOST_NAMED = 1000;
/** What the server holds is asked for so long after a change, and again while it is still at work on it. */
const STATS_MS = 1000;

/** Hands the project's texts to a server, one change after the other. It keeps none of them. */
export class ProjectTexts {
  #last: Promise<unknown> = Promise.resolve();
  /** Until all that was to be removed is gone. */
  #removed: Promise<unknown> = Promise.resolve();
  #id: string | undefined;
  /** Uris of texts that were handed over since all were taken back. */
  #given = new Set<string>();
  #stats: NodeJS.Timeout | undefined;

  constructor(private readonly parts: ProjectTextsParts) {}

  /** By which the server knows the texts that it was given; undefined where it was given none. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Whether the server may have texts that it was given. */
  get mayBeThere(): boolean {
    return this.#given.size > 0;
  }

  /** Whether a text of that uri was handed over. */
  isGiven(uri: string): boolean {
    return this.#given.has(uri);
  }

  /** Resolves once nothing is found there any more that was taken out here. */
  get removed(): Promise<unknown> {
    return this.#removed;
  }

  /** @returns whether it was handed over, once it was */
  feed(change: ProjectChange): Promise<boolean> {
    if (change.clear === true) this.#given = new Set();
    for (const { uri } of change.replace ?? []) this.#given.add(uri);
    const done = this.#last.then(async () => {
      for (const part of partsOf(change)) this.#id = await this.parts.send(part);
      this.#askSoon();
    });
    const settled = done.catch(() => undefined);
    this.#last = settled;
    if (change.clear === true || (change.remove?.length ?? 0) > 0) this.#removed = settled;
    return done.then(
      () => true,
      () => false,
    );
  }

  /** The server is gone, or has forgotten what it was given. */
  forget(): void {
    this.#id = undefined;
    clearTimeout(this.#stats);
    this.#stats = undefined;
  }

  #askSoon(): void {
    this.#stats ??= setTimeout(() => {
      this.#stats = undefined;
      if (this.#id === undefined) return;
      this.parts.ask().then(
        (stats) => {
          this.parts.onStats(stats);
          if (stats.waiting > 0) this.#askSoon();
        },
        () => undefined, // the next change finds out what is the matter
      );
    }, STATS_MS).unref();
  }
}

/** A change as several that are not too large, in their order: what is removed first, as in one. */
function partsOf({ clear, limit, remove = [], replace = [] }: ProjectChange): ProjectChange[] {
  const parts: ProjectChange[] = [];
  for (let i = 0; i < remove.length; i += MOST_NAMED) parts.push({ remove: remove.slice(i, i + MOST_NAMED) });
  let batch: ProjectDocument[] = [];
  let units = 0;
  for (const document of replace) {
    if (batch.length === MOST_NAMED || (batch.length > 0 && units + document.text.length > MOST_UNITS)) {
      parts.push({ replace: batch });
      [batch, units] = [[], 0];
    }
    batch.push(document);
    units += document.text.length;
  }
  if (batch.length > 0) parts.push({ replace: batch });
  const [first = {}, ...rest] = parts;
  const begin = { ...(clear === undefined ? {} : { clear }), ...(limit === undefined ? {} : { limit }) };
  return [{ ...begin, ...first }, ...rest];
}
