import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AWAY_MINUTES, ModelControl } from '../../../src/extension/runtime/modelControl.js';
import { resolveSettings, type Settings } from '../../../src/extension/settings/settings.js';
import type { WorkerState } from '../../../src/inference/host/client.js';
import type { RuntimeOptions } from '../../../src/shared/infillOptions.js';
import { fakeService } from '../fakeService.js';

function scene(): { control: ModelControl; events: unknown[]; state: { kind: WorkerState['kind'] } } {
  const events: unknown[] = [];
  const state = { kind: 'stopped' as WorkerState['kind'], detail: '' };
  const control = new ModelControl({
    service: fakeService({
      state,
      configure: (runtime: RuntimeOptions) =>
        void events.push(['configure', runtime.modelPath, runtime.device, runtime.threads]),
      setSharing: (isSharing: boolean) => {
        if (!isSharing) events.push('alone');
      },
      setIdleMs: (ms: number) => void events.push(['idle', ms]),
      load: () => {
        events.push('load');
        return Promise.reject(new Error('no such model'));
      },
    }),
    folderOf: (setting) => (setting === '' ? '/bundled' : setting),
    onChange: () => void events.push('changed'),
    log: (text) => void events.push(text),
  });
  return { control, events, state };
}

function settings(values: Record<string, unknown>): Settings {
  return resolveSettings((key) => values[key]);
}

test('model, device and threads reconfigure the client; per-request settings do not', () => {
  const { control, events } = scene();
  control.apply(settings({}));
  control.apply(settings({ steps: 3, temperature: 1 }));
  control.apply(settings({ device: 'cpu', threads: 2 }));
  assert.deepEqual(events, [
    ['configure', '/bundled', 'auto', 0],
    ['idle', 900_000],
    ['idle', 900_000],
    'changed',
    ['configure', '/bundled', 'cpu', 2],
    ['idle', 900_000],
  ]);
});

test('a window in the background gives the memory back sooner, unless it never does', () => {
  const { control, events } = scene();
  const idle = (): unknown[] => events.filter((event) => Array.isArray(event) && event[0] === 'idle').splice(-1);
  control.apply(settings({}));
  control.setAway(true);
  assert.deepEqual(idle(), [['idle', AWAY_MINUTES * 60_000]]);
  control.apply(settings({ idleMinutes: 2 }));
  assert.deepEqual(idle(), [['idle', 120_000]]);
  control.apply(settings({ idleMinutes: 0 }));
  assert.deepEqual(idle(), [['idle', 0]]);
  control.apply(settings({}));
  control.setAway(false);
  assert.deepEqual(idle(), [['idle', 900_000]]);
  const { length } = events;
  control.setAway(false);
  assert.equal(events.length, length, 'nothing has changed');
});

test('warming up loads once stopped, a failure is logged', async () => {
  const { control, events, state } = scene();
  state.kind = 'ready';
  assert.equal(await control.warmUp(), false);
  state.kind = 'stopped';
  assert.equal(await control.warmUp(), false);
  assert.deepEqual(events, ['load', 'The model was not loaded: Error: no such model']);
});

test('a window of its own is told to the client', () => {
  const { control, events } = scene();
  control.apply(settings({ shareProcess: false }));
  assert.equal(events[0], 'alone');
});
