import type { ProjectDocument, ProjectStats } from '../../shared/projectDocument.js';
import { EntryList } from './entryList.js';
import { findMiddles } from './findMiddles.js';
import type { FoundMiddle, ProjectPlace, ProjectTexts } from './foundMiddle.js';
import { IndexedText, type TextHome } from './indexedText.js';
import type { Segment } from './segment.js';
import { SegmentBuilder } from './segmentBuilder.js';

/** UTF-16 units of text that are indexed at most, unless another limit is set. */
export const PROJECT_LIMIT = 64 * 2 ** 20;

/** Units of a segment, unless one text is longer. */
const SEGMENT = 2 ** 18 - 256;
/** Segments less than half full that are kept before they are made into fewer. */
const SMALL_SEGMENTS = 8;
/** Share of a slice after which nothing new is begun. */
const MARGIN = 0.9;
/** Bytes that a document takes besides its text and its entries, roughly. */
const DOCUMENT = 400;

/** A document that was given. */
interface Known {
  /** Its place in the order in which documents are left out, the greatest first. */
  rank: number;
  /** Of the newest version. Undefined: left out. */
  length: number | undefined;
  /** What is found. */
  live: IndexedText | undefined;
  /** What is still to be indexed, and replaces it. */
  next: IndexedText | undefined;
}

/**
 * The texts of a project, searched for what stood elsewhere between the same neighbours.
 *
 * Texts lie in segments of some hundred kilobytes, each with a table of positions by the three tokens before them. Segments never
 * change: a new version of a document enters a new one, is gone from the old one at once, and what has become sparse is built anew.
 */
export class ProjectIndex implements ProjectTexts {
  private limit: number;
  private readonly known = new Map<string, Known>();
  /** What is to be indexed: documents that were given alone, and before them no others. */
  private readonly urgent = new Map<string, IndexedText>();
  private readonly queue = new Map<string, IndexedText>();
  /** Of what is being built; empty while nothing is. */
  private list = new EntryList();
  private building: { readonly builder: SegmentBuilder; readonly isNew: boolean } | undefined;
  /** The newest first. */
  private segments: Segment[] = [];
  /** Units of the newest versions of all documents that are not left out. */
  private admitted = 0;
  private leftOut = 0;
  private nearest = 0;
  private farthest = 0;

  /** @param options.limit UTF-16 units that are indexed at most */
  constructor({ limit = PROJECT_LIMIT }: { readonly limit?: number } = {}) {
    this.limit = limit;
  }

  /**
   * Takes documents in, or new versions of them; until these are indexed the old ones are found. Several are given in the order of
   * their nearness, and after those given before. One that is given alone is one that somebody works on: it is indexed first and,
   * if it is new, is the nearest of all. Where the limit is reached the least near are left out, and are not kept; they get in
   * when they are given again and there is room, or alone.
   */
  replace(documents: readonly ProjectDocument[]): void {
    const isAlone = documents.length === 1;
    for (const document of documents) {
      const known = this.entry(document.uri, isAlone);
      if (!this.makeRoom(known, document.text.length)) {
        this.leaveOut(known);
        continue;
      }
      this.drop(known.next);
      const next = new IndexedText(document);
      known.next = next;
      const isUrgent = isAlone || this.urgent.has(document.uri);
      (isUrgent ? this.queue : this.urgent).delete(document.uri);
      (isUrgent ? this.urgent : this.queue).set(document.uri, next);
    }
  }

  /** At once: nothing of them is found any more, and none of their text is kept. */
  remove(uris: readonly string[]): void {
    for (const uri of uris) {
      const known = this.known.get(uri);
      if (known === undefined) continue;
      this.takeOut(known);
      if (known.length === undefined) this.leftOut--;
      else this.admitted -= known.length;
      this.known.delete(uri);
    }
  }

  clear(): void {
    this.known.clear();
    this.urgent.clear();
    this.queue.clear();
    this.building = undefined;
    this.list = new EntryList();
    this.segments = [];
    this.admitted = 0;
    this.leftOut = 0;
    this.nearest = 0;
    this.farthest = 0;
  }

  /** Leaves out at once what is beyond a lower limit. What a higher one has room for must be given again. */
  setLimit(limit: number): void {
    this.limit = limit;
    for (const known of this.farFirst(-Infinity)) {
      if (this.admitted <= limit) return;
      this.leaveOut(known);
    }
  }

  /**
   * Works for about `ms` milliseconds at most on what waits, and answers whether something still waits. Its owner calls it between
   * requests, never during one.
   */
  work(ms = 5): boolean {
    const until = performance.now() + ms * MARGIN;
    for (;;) {
      this.building ??= this.nextBuild();
      if (this.building === undefined) {
        this.list = new EntryList();
        return false;
      }
      const { builder, isNew } = this.building;
      const segment = builder.work(until);
      if (segment === undefined) return true;
      this.building = undefined;
      this.enter(segment, isNew);
      if (performance.now() >= until) return true;
    }
  }

  /** Of the newest versions of all documents that are not left out: UTF-16 units. */
  get taken(): number {
    return this.admitted;
  }

  /** Documents that were given and not removed, those that are left out among them. */
  get size(): number {
    return this.known.size;
  }

  /** Whether a document was given, and not removed. */
  has(uri: string): boolean {
    return this.known.has(uri);
  }

  get stats(): ProjectStats {
    let [documents, units, bytes, waiting] = [0, 0, 0, 0];
    for (const segment of this.segments) bytes += segment.bytes;
    for (const { live, next } of this.known.values()) {
      bytes += DOCUMENT + (live?.bytes ?? 0) + (next?.bytes ?? 0);
      if (live !== undefined) documents++;
      if (next !== undefined) waiting++;
      units += live?.length ?? 0;
    }
    bytes += this.list.bytes;
    return { documents, units, bytes, leftOut: this.leftOut, waiting };
  }

  find(place: ProjectPlace, most: number): readonly FoundMiddle[] {
    const own = this.known.get(place.uri)?.live;
    const home = this.segments.find((segment) => segment === own?.home);
    // A frequent anchor's candidates are looked at in this order, and not all of them.
    const segments = home === undefined ? this.segments : [home, ...this.segments.filter((other) => other !== home)];
    return findMiddles(segments, own, place, most);
  }

  private entry(uri: string, isAlone: boolean): Known {
    const known = this.known.get(uri);
    if (known === undefined) {
      const rank = isAlone ? --this.nearest : ++this.farthest;
      const added: Known = { rank, length: 0, live: undefined, next: undefined };
      this.known.set(uri, added);
      return added;
    }
    if (known.length === undefined) {
      this.leftOut--;
      known.length = 0;
      if (isAlone) known.rank = --this.nearest;
    }
    return known;
  }

  /** Leaves out what is less near until `length` units of `known` have room, or nothing if that is not enough. */
  private makeRoom(known: Known, length: number): boolean {
    let excess = this.admitted - (known.length ?? 0) + length - this.limit;
    const others: Known[] = [];
    if (excess > 0) {
      for (const other of this.farFirst(known.rank)) {
        if (excess <= 0) break;
        others.push(other);
        excess -= other.length ?? 0;
      }
    }
    if (excess > 0) return false;
    for (const other of others) this.leaveOut(other);
    this.admitted += length - (known.length ?? 0);
    known.length = length;
    return true;
  }

  /** Documents that are not left out and less near than `rank`, the least near first. */
  private farFirst(rank: number): Known[] {
    return [...this.known.values()]
      .filter((other) => other.rank > rank && other.length !== undefined)
      .sort((a, b) => b.rank - a.rank);
  }

  private leaveOut(known: Known): void {
    this.takeOut(known);
    this.admitted -= known.length ?? 0;
    known.length = undefined;
    this.leftOut++;
  }

  private takeOut(known: Known): void {
    this.drop(known.live);
    this.drop(known.next);
    known.live = undefined;
    known.next = undefined;
  }

  /** Takes one version of a document out, whether it is indexed, being indexed or waits. */
  private drop(text: IndexedText | undefined): void {
    const uri = text?.document?.uri;
    if (text === undefined || uri === undefined) return;
    for (const waiting of [this.urgent, this.queue]) if (waiting.get(uri) === text) waiting.delete(uri);
    this.leave(text.home, text);
    text.home = undefined;
    text.takeOut();
  }

  private leave(segment: TextHome | undefined, text: IndexedText): void {
    if (segment === undefined) return;
    segment.liveTexts--;
    segment.liveUnits -= text.length;
    if (segment.liveTexts === 0) this.segments = this.segments.filter((other) => other !== segment);
  }

  /** The next segment to build: of what waits, and when nothing does, of what sparse segments still hold. */
  private nextBuild(): { builder: SegmentBuilder; isNew: boolean } | undefined {
    for (const waiting of [this.urgent, this.queue]) {
      const texts = upToSegment(waiting.values());
      for (const { document } of texts) waiting.delete(document!.uri);
      if (texts.length > 0) return { builder: new SegmentBuilder(texts, this.list), isNew: true };
    }
    const sparse = this.segments.filter(({ liveUnits }) => liveUnits < SEGMENT / 2);
    if (sparse.length <= SMALL_SEGMENTS) return undefined;
    sparse.sort((a, b) => a.liveUnits - b.liveUnits);
    const live = sparse.flatMap((segment) => segment.texts.filter(({ home }) => home === segment));
    return { builder: new SegmentBuilder(upToSegment(live), this.list), isNew: false };
  }

  /** Lets a segment answer for its texts, but for those that were taken out while it was built. */
  private enter(segment: Segment, isNew: boolean): void {
    for (const text of segment.texts) {
      const { document } = text;
      if (document === undefined) continue;
      if (isNew) {
        const known = this.known.get(document.uri)!;
        this.drop(known.live);
        known.live = text;
        known.next = undefined;
      } else this.leave(text.home, text);
      text.home = segment;
      segment.liveTexts++;
      segment.liveUnits += text.length;
    }
    if (segment.liveTexts > 0) this.segments = [segment, ...this.segments];
  }
}

/** As many of the texts, from the first on, as one segment holds; at least one. */
function upToSegment(texts: Iterable<IndexedText>): IndexedText[] {
  const taken: IndexedText[] = [];
  let units = 0;
  for (const text of texts) {
    units += text.length + 1;
    if (units > SEGMENT && taken.length > 0) break;
    taken.push(text);
  }
  return taken;
}
