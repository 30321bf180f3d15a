import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ServerSentEvents } from '../../../src/inference/hosted/serverSentEvents.js';

const STREAM = ': hello\r\ndata: {"a":1}\r\n\r\nevent: x\ndata: two\ndata: lines\n\ndata:three\n\n\n\rdata: [DONE]';

test('events are the same wherever their text was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length })), (cuts) => {
      const ends = [...cuts.toSorted((a, b) => a - b), STREAM.length];
      const events = new ServerSentEvents();
      const told = ends.flatMap((end, i) => events.add(STREAM.slice(ends[i - 1] ?? 0, end)));
      assert.deepEqual([...told, ...events.end()], ['{"a":1}', 'two\nlines', 'three', '[DONE]']);
    }),
  );
});
