/** Reads server-sent events from pieces of a text, wherever they were cut. */
export class ServerSentEvents {
  private rest = '';
  private data: string[] = [];

  /** @returns the data of all events that this piece ends */
  add(piece: string): string[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line));
  }

  /** @returns the data of an event that the end of the text ends */
  end(): string[] {
    const last = this.rest === '' ? [] : this.line(this.rest);
    this.rest = '';
    return [...last, ...this.line('')];
  }

  private line(line: string): string[] {
    if (line === '') {
      const event = this.data.length === 0 ? [] : [this.data.join('\n')];
      this.data = [];
      return event;
    }
    const data = /^data:? ?(.*)$/s.exec(line);
    if (data !== null) {
      this.data.push(data[1] ?? '');
    }
    return []; // comments and other fields say nothing here
  }
}
