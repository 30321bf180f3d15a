/** Files that are read together. */
const BATCH = 8;

/** What waits to be read, each once: what is worked on, then what has changed, then the files of the workspace. */
export class FeedQueue {
  private readonly urgent = new Set<string>();
  private readonly changed = new Set<string>();
  private files = new Set<string>();

  get length(): number {
    return this.urgent.size + this.changed.size + this.files.size;
  }

  /** To be read alone, and before everything else. */
  addUrgent(source: string): void {
    this.drop(source);
    this.urgent.add(source);
  }

  addChanged(source: string): void {
    if (!this.urgent.has(source)) {
      this.files.delete(source);
      this.changed.add(source);
    }
  }

  /** In their order, and after those that wait already. */
  addFiles(sources: Iterable<string>): void {
    for (const source of sources) {
      if (!this.urgent.has(source) && !this.changed.has(source)) {
        this.files.add(source);
      }
    }
  }

  orderFiles(order: (sources: readonly string[]) => readonly string[]): void {
    this.files = new Set(order([...this.files]));
  }

  /** @returns how many files there were */
  dropFiles(): number {
    const { size } = this.files;
    this.files.clear();
    return size;
  }

  drop(source: string): void {
    for (const waiting of [this.urgent, this.changed, this.files]) waiting.delete(source);
  }

  /** Drops what lies in a folder. */
  dropBelow(folder: string): void {
    for (const waiting of [this.urgent, this.changed, this.files]) {
      for (const source of waiting) {
        if (source.startsWith(folder)) waiting.delete(source);
      }
    }
  }

  /** Takes what is to be read next. */
  take(): readonly string[] {
    const from = [this.urgent, this.changed].find(({ size }) => size > 0) ?? this.files;
    const most = from === this.urgent ? 1 : BATCH;
    const taken: string[] = [];
    for (const source of from) {
      if (taken.length === most) break;
      taken.push(source);
      from.delete(source);
    }
    return taken;
  }
}
