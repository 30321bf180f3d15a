import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { childEnvironment } from '../../src/inference/host/childEnvironment.js';
import { describeExit } from '../../src/inference/host/describeExit.js';
import { OutputLines } from '../../src/inference/host/outputLines.js';
import { RestartPolicy } from '../../src/inference/host/restartPolicy.js';
import { priorityBehind } from '../../src/inference/child/stepBack.js';
import { deserialiseError, serialiseError } from '../../src/shared/serialisedError.js';
import { InfillError } from '../../src/shared/infillError.js';
import { toInfillError } from '../../src/shared/toInfillError.js';
import { telemetryOff } from '../../src/process/telemetryOff.js';

void describe('RestartPolicy', () => {
  it('doubles the wait up to a limit, and starts anew after a success', () => {
    const policy = new RestartPolicy({ firstDelayMs: 100, maxDelayMs: 350, maxFailures: 4 });
    const waits: number[] = [policy.waitMs(0)];
    for (let failure = 0; failure < 4; failure++) {
      assert.equal(policy.isExhausted, false);
      policy.failed(1000);
      waits.push(policy.waitMs(1000));
    }
    assert.deepEqual(waits, [0, 100, 200, 350, 350]);
    assert.equal(policy.isExhausted, true);
    assert.equal(policy.waitMs(1300), 50);
    assert.equal(policy.waitMs(9999), 0);
    policy.succeeded();
    assert.deepEqual([policy.isExhausted, policy.failures, policy.waitMs(1000)], [false, 0, 0]);
  });
});

void describe('priorityBehind', () => {
  it('steps back behind the host, and never rises above it', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      for (let host = -20; host <= 19; host++) {
        const behind = priorityBehind(host, 5, platform);
        assert.ok(behind >= host && behind <= 19 && behind >= 5, `${platform}: ${host} -> ${behind}`);
      }
    }
    assert.deepEqual(
      [-10, 0, 10, 17, 19].map((host) => priorityBehind(host, 5, 'linux')),
      [5, 5, 15, 19, 19],
    );
    // Windows knows classes: normal 0, below normal 10, idle 19.
    assert.deepEqual(
      [-14, 0, 10, 19].map((host) => priorityBehind(host, 5, 'win32')),
      [10, 10, 10, 19],
    );
    assert.deepEqual(
      [-14, 0, 10, 19].map((host) => priorityBehind(host, 1, 'win32')),
      [-14, 0, 10, 19],
      'a small step would be a whole class',
    );
  });
});

void describe('OutputLines', () => {
  it('puts pieces together to lines and remembers the last ones', () => {
    const lines: string[] = [];
    const output = new OutputLines((line) => lines.push(line), 2);
    for (const piece of ['one\ntw', 'o\r\n', '\n  \nth', 'ree']) {
      output.push(piece);
    }
    assert.deepEqual(lines, ['one', 'two']);
    output.end();
    assert.deepEqual(lines, ['one', 'two', 'three']);
    assert.deepEqual(output.last, ['two', 'three']);
  });

  it('does not collect output without line ends for ever', () => {
    const lines: string[] = [];
    const output = new OutputLines((line) => lines.push(line), 20, 10);
    for (let piece = 0; piece < 100; piece++) {
      output.push('abcde');
    }
    assert.ok(lines.length > 10);
    assert.ok(lines.every((line) => line.length <= 11));
  });
});

void describe('describeExit', () => {
  const lastOutput = ['terminate called', 'what(): bad_alloc'];
  it('names signal or exit code, and the last output', () => {
    const { message } = describeExit({ code: null, signal: 'SIGABRT', lastOutput });
    assert.match(message, /signal SIGABRT.*terminate called\nwhat\(\): bad_alloc/s);
    assert.match(describeExit({ code: 70, signal: null, lastOutput: [] }).message, /exit code 70\)\.$/);
    assert.match(describeExit({ code: 3221225477, signal: null, lastOutput }).message, /0xC0000005/);
  });
  it('says what to do about it', () => {
    assert.match(describeExit({ code: null, signal: 'SIGKILL', lastOutput }).remedy, /memory/);
    assert.match(describeExit({ code: null, signal: 'SIGILL', lastOutput }).remedy, /processor/);
    assert.match(describeExit({ code: 1, signal: null, lastOutput }).remedy, /infill\.device/);
  });
});

void describe('childEnvironment', () => {
  it('keeps all but what was meant for us', () => {
    const own = { PATH: '/bin', NODE_OPTIONS: '--inspect', node_options: '--inspect', HOME: '/home' };
    assert.deepEqual(childEnvironment(own, false), { PATH: '/bin', HOME: '/home', ...telemetryOff(process.platform) });
    assert.equal(childEnvironment({ PATH: '/bin' }, true)['ELECTRON_RUN_AS_NODE'], '1');
  });

  it("switches the runtime's telemetry off, whatever was said before and however it was written", () => {
    for (const before of [
      {},
      { ORT_DISABLE_TELEMETRY: '0' },
      { ORT_DISABLE_TELEMETRY: '' },
      { ort_disable_telemetry: '0' },
    ]) {
      assert.deepEqual(childEnvironment(before, false, 'linux'), { ORT_DISABLE_TELEMETRY: '1' });
      assert.deepEqual(childEnvironment(before, false, 'darwin'), { ORT_DISABLE_TELEMETRY: '1' });
      assert.deepEqual(childEnvironment({ ...before, ORT_RUNNING_UNIT_TESTS: '0' }, false, 'win32'), {
        ORT_DISABLE_TELEMETRY: '1',
        ORT_RUNNING_UNIT_TESTS: '1',
      });
    }
  });
});

void describe('errors across the process boundary', () => {
  it('keep code, message, remedy and stack', () => {
    const error = new InfillError('device-unavailable', 'No CUDA here.', 'Use the CPU.', {
      cause: new Error('dlopen'),
    });
    const back = deserialiseError(structuredClone(serialiseError(error)));
    assert.ok(back instanceof InfillError);
    assert.deepEqual([back.code, back.message, back.remedy], [error.code, error.message, error.remedy]);
    assert.match(back.stack ?? '', /No CUDA here.*Caused by: Error: dlopen/s);
  });
  it('are marked as bugs when they are, on either side in the same words', () => {
    for (const thrown of [new TypeError('x', { cause: new Error('y') }), 'text', undefined]) {
      const { code, message, remedy } = toInfillError(thrown);
      const crossed = toInfillError(deserialiseError(structuredClone(serialiseError(thrown))));
      assert.equal(crossed.code, 'internal');
      assert.deepEqual([crossed.code, crossed.message, crossed.remedy], [code, message, remedy]);
    }
    const { stack } = serialiseError(new TypeError('x', { cause: new Error('y') }));
    assert.match(stack, /^TypeError: x\n.*Caused by: Error: y\n/s);
    assert.equal(stack.match(/TypeError: x/g)?.length, 1);
  });
});
