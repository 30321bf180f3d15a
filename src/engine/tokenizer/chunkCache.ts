/** Token ids of text chunks, least recently used forgotten first; bounded by the characters of its keys. */
export class ChunkCache {
  private readonly entries = new Map<string, readonly number[]>();
  private characters = 0;

  constructor(private readonly maxCharacters: number) {}

  /** The ids of `chunk`, computed by `encode` unless they are remembered. */
  get(chunk: string, encode: (chunk: string) => readonly number[]): readonly number[] {
    const known = this.entries.get(chunk);
    if (known) {
      this.entries.delete(chunk); // a Map keeps insertion order: the oldest use comes first
      this.entries.set(chunk, known);
      return known;
    }
    const ids = encode(chunk);
    this.entries.set(chunk, ids);
    this.characters += chunk.length;
    while (this.characters > this.maxCharacters) {
      const oldest = this.entries.keys().next().value!;
      this.entries.delete(oldest);
      this.characters -= oldest.length;
    }
    return ids;
  }
}
