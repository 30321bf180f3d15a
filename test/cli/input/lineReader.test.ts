import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ReadLine, readLines } from '../../../src/cli/input/lineReader.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

async function read(bytes: Uint8Array, size: number, maxBytes = 1000): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  for await (const line of readLines(pieces(bytes, size), maxBytes)) {
    lines.push(line);
  }
  return lines;
}

void describe('lines of a stream', () => {
  it('are the same wherever the stream is cut', async () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'ü', '😀') });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const expected = text.split('\n').map((line) => line.replace(/\r$/, ''));
        if (text === '' || text.endsWith('\n')) {
          expected.pop();
        }
        const lines = await read(Buffer.from(text), size);
        assert.deepEqual(
          lines.map((line) => ('text' in line ? line.text : line.error)),
          expected,
        );
      }),
    );
  });

  it('that are too long or no UTF-8 are errors, and the next ones are read', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`one\n${'x'.repeat(50)}\ntwo\n`),
      Uint8Array.of(0xe4, 0x0a),
      Buffer.from('three'),
    ]);
    for (const size of [1, 7, 1000]) {
      assert.deepEqual(await read(bytes, size, 20), [
        { text: 'one' },
        { error: 'The line is longer than 20 bytes.' },
        { text: 'two' },
        { error: 'The line is not UTF-8.' },
        { text: 'three' },
      ]);
    }
  });

  it('are read no faster than they are taken', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given++;
        yield Buffer.from('line\n');
      }
    }
    const lines = readLines(endless(), 100);
    await lines.next();
    await lines.next();
    assert.equal(given, 2);
    await lines.return(undefined);
  });
});
