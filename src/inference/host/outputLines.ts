/** Cuts a stream of text into lines, hands them on, and remembers the last few for a message about a crash. */
export class OutputLines {
  readonly #last: string[] = [];
  #rest = '';

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly remembered = 20,
    private readonly maxLineLength = 2000,
  ) {}

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#take(line);
    }
    // Output without line ends must not grow without limit.
    if (this.#rest.length > this.maxLineLength) {
      this.#take(this.#rest);
      this.#rest = '';
    }
  }

  /** The stream is at its end: what stands after the last line end is a line too. */
  end(): void {
    this.#take(this.#rest);
    this.#rest = '';
  }

  get last(): readonly string[] {
    return this.#last;
  }

  #take(line: string): void {
    if (line.trim() === '') {
      return;
    }
    const shown = line.length > this.maxLineLength ? `${line.slice(0, this.maxLineLength)}…` : line;
    this.#last.push(shown);
    if (this.#last.length > this.remembered) {
      this.#last.shift();
    }
    this.onLine(shown);
  }
}
