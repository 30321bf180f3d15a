import type { EntryList } from './entryList.js';
import type { EntryLayout } from './segment.js';

/** Entries to a bucket on average. */
const BUCKET = 4;
/** Entries between two looks at the clock. */
const STRIDE = 4096;

/** Sorts entries into buckets by counting, a little at a time. */
export class BucketSort {
  readonly entries: Uint32Array;
  /** Once all is sorted: where each bucket begins, and the last one's end. */
  readonly starts: Uint32Array;
  /** Bits of an anchor's hash that a bucket does not depend on. */
  private readonly shift: number;
  private counted = 0;
  private summed = 0;
  private toPlace: number;

  constructor(
    private readonly list: EntryList,
    private readonly layout: EntryLayout,
  ) {
    const bits = Math.max(1, Math.floor(Math.log2(list.count / BUCKET)));
    this.shift = 32 - bits;
    this.entries = new Uint32Array(list.count);
    this.starts = new Uint32Array(2 ** bits + 1);
    this.toPlace = list.count;
  }

  /** Goes on until the clock shows `until`, and a little over; whether all is sorted. */
  work(until: number): boolean {
    while (this.toPlace > 0) {
      if (this.counted < this.list.count) this.count();
      else if (this.summed < this.starts.length) this.sum();
      else this.place();
      if (performance.now() >= until) break;
    }
    return this.toPlace === 0;
  }

  private count(): void {
    const { starts, shift } = this;
    const { anchors, count } = this.list;
    const end = Math.min(count, this.counted + STRIDE);
    for (let i = this.counted; i < end; i++) starts[anchors[i]! >>> shift]!++;
    this.counted = end;
  }

  /** Where each bucket ends, which filling it from the back makes its start. */
  private sum(): void {
    const { starts } = this;
    const end = Math.min(starts.length, this.summed + STRIDE);
    for (let bucket = Math.max(1, this.summed); bucket < end; bucket++) starts[bucket]! += starts[bucket - 1]!;
    this.summed = end;
  }

  private place(): void {
    const { starts, entries, shift, layout } = this;
    const { anchors, values } = this.list;
    const end = Math.max(0, this.toPlace - STRIDE);
    for (let i = this.toPlace - 1; i >= end; i--) {
      const anchor = anchors[i]!;
      const at = --starts[anchor >>> shift]!;
      entries[at] = layout.entry(anchor, values[i]!);
    }
    this.toPlace = end;
  }
}
