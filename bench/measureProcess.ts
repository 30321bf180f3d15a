import path from 'node:path';
import { InferenceClient } from '../src/inference/host/client.js';
import type { InfillOptions } from '../src/shared/infillOptions.js';
import { residentBytes } from './residentBytes.js';

/** Many passes: what grows with requests has grown. */
export const MANY_PASSES = {
  steps: 16,
  maxTokens: 64,
  candidates: 3,
  multiline: 'always',
  temperature: 0.5,
  topP: 1,
  seed: 0,
  minConfidence: 0,
  trace: false,
} as const;

export interface ProcessCosts {
  readonly loadMs: number;
  /** Resident bytes. */
  readonly afterLoad: number;
  readonly afterRequests: number;
}

export interface MeasuredProcess {
  /** A model's folder. */
  readonly model: string;
  readonly threads: number;
  readonly options: InfillOptions;
  /** Where holes are made. */
  readonly text: string;
  /** The built inference process. */
  readonly worker: string;
}

/** This project's own, built. */
export const WORKER = path.join(import.meta.dirname, '..', 'dist', 'worker.cjs');

/** Loads a model in a fresh process, as the editor does, and fills some holes in a long text. */
export async function measureProcess({
  model,
  threads,
  options,
  text,
  worker,
}: MeasuredProcess): Promise<ProcessCosts> {
  const client = new InferenceClient({
    workerPath: worker,
    graceMs: 60_000,
    idleMs: 0,
    onState: () => undefined,
    log: () => undefined,
  });
  client.configure({ modelPath: path.resolve(model), device: 'cpu', threads });
  const { loadMs } = await client.load();
  const afterLoad = residentBytes(client.pid!);
  for (let at = 20_000; at <= 60_000; at += 10_000) {
    const context = {
      prefix: text.slice(at - 12_000, at),
      prefixOffset: at - 12_000,
      suffix: text.slice(at, at + 4_000),
      languageId: 'typescript',
      eol: '\n',
      indentUnit: '  ',
    } as const;
    await client.infill({ context, options });
  }
  const afterRequests = residentBytes(client.pid!);
  await client.dispose();
  return { loadMs, afterLoad, afterRequests };
}
