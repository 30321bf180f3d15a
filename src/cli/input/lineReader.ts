/** One line of a stream without its line end, or the reason why it is none. */
export type ReadLine = { readonly text: string } | { readonly error: string };

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of a UTF-8 byte stream, one by one, reading no further than is asked for. A line that is longer than `maxBytes` or is
 * not UTF-8 comes as an error, and the lines after it as usual.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<ReadLine> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  const take = (): ReadLine => {
    const line = length > maxBytes ? { error: `The line is longer than ${maxBytes} bytes.` } : decode(pieces);
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      length += end - start;
      pieces.push(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    length += chunk.length - start;
    if (length <= maxBytes) {
      pieces.push(chunk.subarray(start));
    } else {
      pieces = []; // it is an error already: nothing of it needs to be kept
    }
  }
  if (length > 0) {
    yield take();
  }
}

function decode(pieces: readonly Uint8Array[]): ReadLine {
  const bytes = Buffer.concat(pieces);
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end)) };
  } catch {
    return { error: 'The line is not UTF-8.' };
  }
}
