// What having Infill installed costs: load time and memory of the model process, activation of the extension in a real VS
// Code, size of the package. Builds the package; the workbench is the one of the tests (npm test sets it up).
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from '../scripts/vsix/packageExtension.mjs';
import { InferenceClient } from '../src/inference/host/client.js';
import { Workbench } from '../test/workbench/rig/workbench.js';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { residentBytes } from './residentBytes.js';
import { summarise } from './summary.js';

const { values: args } = parseArgs({
  options: { threads: { type: 'string', default: '2' }, repeats: { type: 'string', default: '3' } },
});
const repeats = Number(args.repeats);
const root = path.join(import.meta.dirname, '..');
const MB = 1_000_000;

interface Load {
  readonly loadMs: number;
  readonly afterLoad: number;
  readonly afterRequests: number;
}

/** Loads the model in a fresh process, as the editor does, and fills some holes in a long text. */
async function loadOnce(): Promise<Load> {
  const client = new InferenceClient({
    workerPath: path.join(root, 'dist', 'worker.cjs'),
    graceMs: 60_000,
    idleMs: 0,
    onState: () => undefined,
    log: () => undefined,
  });
  client.configure({ modelPath: BUNDLED_MODEL, device: 'cpu', threads: Number(args.threads) });
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
    const options = {
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
    await client.infill({ context, options });
  }
  const afterRequests = residentBytes(client.pid!);
  await client.dispose();
  return { loadMs, afterLoad, afterRequests };
}

/** `activate()` in a fresh workbench with the package installed, as the extension's log states it. */
async function activateOnce(vsix: string): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'infill-bench-'));
  writeFileSync(path.join(folder, 'empty.ts'), '\n');
  const workbench = await Workbench.start({ folder, vsix: [vsix] });
  try {
    await workbench.waitForExtension('infill-editor.infill');
    const pattern = /Infill is active after ([\d.]+) ms/;
    for (let attempt = 0; attempt < 100; attempt++) {
      const found = pattern.exec(workbench.server.log())?.[1];
      if (found !== undefined) return Number(found);
      await workbench.page.waitForTimeout(100);
    }
    throw new Error('The extension did not log that it is active.');
  } finally {
    await workbench.dispose();
  }
}

const { file, bytes } = await packageExtension({ out: path.join(root, 'test-output') });
const loads: Load[] = [];
const activations: number[] = [];
for (let repeat = 0; repeat < repeats; repeat++) {
  loads.push(await loadOnce());
  activations.push(await activateOnce(file));
}
const row = (name: string, values: readonly number[], unit: string, limit: string): string[] => {
  const { least, median } = summarise(values);
  return [name, `${least.toFixed(0)} ${unit}`, `${median.toFixed(0)} ${unit}`, limit];
};
console.log(
  markdownTable([
    ['what', 'least', 'median', 'limit'],
    row(
      'model load, fresh process',
      loads.map((load) => load.loadMs),
      'ms',
      '1500 ms',
    ),
    row(
      'memory of the process after the load',
      loads.map((load) => load.afterLoad / MB),
      'MB',
      '',
    ),
    row(
      '... after 5 requests of 3 candidates',
      loads.map((load) => load.afterRequests / MB),
      'MB',
      '700 MB',
    ),
    row('activate() of the extension', activations, 'ms', '50 ms'),
    row('package', [bytes / MB], 'MB', '200 MB'),
  ]),
);
