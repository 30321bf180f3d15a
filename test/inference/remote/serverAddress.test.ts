import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InfillError } from '../../../src/shared/infillError.js';
import { RetryTimes } from '../../../src/inference/remote/retryTimes.js';
import { serverAddress } from '../../../src/inference/remote/serverAddress.js';

void describe('the address of a server', () => {
  it('is https anywhere, and http on this machine only', () => {
    for (const [text, base, name] of [
      ['http://127.0.0.1:8012', 'http://127.0.0.1:8012', '127.0.0.1:8012'],
      ['http://localhost:8012/', 'http://localhost:8012', 'localhost:8012'],
      ['http://[::1]:8012', 'http://[::1]:8012', '[::1]:8012'],
      ['https://gpu.example.com', 'https://gpu.example.com', 'gpu.example.com'],
      ['https://gpu.example.com/team//?x=1#y', 'https://gpu.example.com/team', 'gpu.example.com'],
    ] as const) {
      const { base: own, name: host } = serverAddress(text);
      assert.deepEqual([own, host], [base, name]);
    }
    for (const [text, said] of [
      ['http://gpu.example.com:8012', /not be encrypted.*ssh -L/u],
      ['http://127.0.0.1.evil.example', /not be encrypted/u],
      ['https://me:secret@gpu.example.com', /contains a user name or password/u],
      ['gpu.example.com:8012', /not the address of a server/u],
      ['ftp://gpu.example.com', /not the address of a server/u],
      ['8012', /not the address of a server/u],
      // Written in a hurry, and told in the log and in diagnostics.
      ['https//me:secret@gpu.example.com', /not the address of a server/u],
      ['ssh://me:secret@gpu.example.com', /not the address of a server/u],
      ['secret', /not the address of a server/u],
    ] as const) {
      assert.throws(
        () => serverAddress(text),
        (error: unknown) =>
          error instanceof InfillError && said.test(error.describe()) && !/secret/u.test(error.describe()),
        text,
      );
    }
  });
});

void describe('a server that failed', () => {
  it('is tried again ever later, up to an end, and not by all windows at once', () => {
    for (const random of [0, 0.5, 1]) {
      const times = new RetryTimes({ firstMs: 1000, mostMs: 10_000 }, () => random);
      assert.equal(times.waitMs(0), 0);
      let now = 0;
      for (const least of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
        times.failed(now);
        const wait = least * (1 + random / 2);
        assert.equal(times.waitMs(now), wait);
        assert.ok(times.waitMs(now + wait - 1) > 0);
        now += wait;
        assert.equal(times.waitMs(now), 0);
      }
      times.succeeded();
      assert.equal(times.waitMs(now), 0);
      times.failed(now);
      assert.equal(times.waitMs(now), 1000 * (1 + random / 2));
    }
  });
});
