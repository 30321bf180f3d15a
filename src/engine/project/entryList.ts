/** What is written down of tokens while a segment is built. Kept from one segment to the next, so that little is left for the collector. */
export class EntryList {
  count = 0;
  /** Of each entry: the anchor's hash, and the rest of what is kept. */
  anchors = new Uint32Array(0);
  values = new Uint32Array(0);

  get bytes(): number {
    return this.anchors.byteLength + this.values.byteLength;
  }

  /** Makes it empty, with room for `entries`. */
  reset(entries: number): void {
    this.count = 0;
    if (this.anchors.length >= entries) return;
    this.anchors = new Uint32Array(entries);
    this.values = new Uint32Array(entries);
  }

  add(anchor: number, value: number): void {
    if (this.count === this.anchors.length) {
      this.anchors = enlarged(this.anchors);
      this.values = enlarged(this.values);
    }
    this.anchors[this.count] = anchor;
    this.values[this.count] = value;
    this.count++;
  }
}

function enlarged(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(16, array.length * 2));
  larger.set(array);
  return larger;
}
