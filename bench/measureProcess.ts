import path from 'node:path';
import { InferenceClient } from '../src/inference/host/client.js';
import type { InfillOptions } from '../src/shared/infillOptions.js';
import { benchText } from './benchText.js';
import { residentBytes } from './residentBytes.js';

export interface ProcessCosts {
  readonly loadMs: number;
  /** Resident bytes. */
  readonly afterLoad: number;
  readonly afterRequests: number;
}

/** Loads the model of `folder` in a fresh process, as the editor does, and fills some holes in a long text. */
export async function measureProcess(folder: string, threads: number, options: InfillOptions): Promise<ProcessCosts> {
  const client = new InferenceClient({
    workerPath: path.join(import.meta.dirname, '..', 'dist', 'worker.cjs'),
    graceMs: 60_000,
    idleMs: 0,
    onState: () => undefined,
    log: () => undefined,
  });
  client.configure({ modelPath: path.resolve(folder), device: 'cpu', threads });
  const { loadMs } = await client.load();
  const afterLoad = residentBytes(client.pid!);
  const text = benchText();
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
