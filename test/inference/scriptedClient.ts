import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InferenceClient, type InferenceClientOptions, type WorkerState } from '../../src/inference/host/client.js';

export interface ScriptedClient extends AsyncDisposable {
  readonly client: InferenceClient;
  /** All states so far, oldest first. */
  readonly states: WorkerState[];
  readonly logged: string[];
}

export const SCRIPTED_WORKER = fileURLToPath(new URL('scriptedWorker.mjs', import.meta.url));

/** A client of scriptedWorker.mjs, with times that are short where a test waits for them and long where it must not. */
export function scriptedClient(options: Partial<InferenceClientOptions> = {}): ScriptedClient {
  const states: WorkerState[] = [];
  const logged: string[] = [];
  const client = new InferenceClient({
    workerPath: SCRIPTED_WORKER,
    graceMs: 60_000,
    patience: { computingMs: 60_000, idleMs: 120_000, silentMs: 600_000 },
    idleMs: 0,
    onState: (state) => states.push(state),
    log: (level, text) => logged.push(`${level} ${text}`),
    restarts: { firstDelayMs: 10, maxDelayMs: 20, maxFailures: 3 },
    ...options,
  });
  client.configure({ modelPath: 'model', device: 'cpu', threads: 1 });
  return { client, states, logged, [Symbol.asyncDispose]: async () => client.dispose() };
}

/** Waits for something that happens soon; fails when it does not within two minutes. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000;
  while (performance.now() < end) {
    if (await isTrue()) {
      return;
    }
    await sleep(10);
  }
  throw new Error(`This did not become true: ${isTrue.toString()}`);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}
