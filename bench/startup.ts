// What having Infill installed costs: load time and memory of the model process, activation of the extension in a real VS
// Code, size of the package. Builds the package; the workbench is the one of the tests (npm test sets it up).
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from '../scripts/vsix/packageExtension.mjs';
import { Workbench } from '../test/workbench/rig/workbench.js';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { MANY_PASSES, measureProcess, WORKER, type ProcessCosts } from './measureProcess.js';
import { summarise } from './summary.js';

const { values: args } = parseArgs({
  options: { threads: { type: 'string', default: '2' }, repeats: { type: 'string', default: '3' } },
});
const repeats = Number(args.repeats);
const root = path.join(import.meta.dirname, '..');
const MB = 1_000_000;

/** `activate()` in a fresh workbench with the package installed, as the extension's log states it. */
async function activateOnce(vsix: string): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'infill-bench-'));
  writeFileSync(path.join(folder, 'empty.ts'), '\n');
  const workbench = await Workbench.start({ folder, vsix: [vsix] });
  try {
    await workbench.waitForExtension('infill-editor.infill');
    const pattern = /Active after ([\d.]+) ms/;
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
const loads: ProcessCosts[] = [];
const activations: number[] = [];
for (let repeat = 0; repeat < repeats; repeat++) {
  loads.push(
    await measureProcess({
      model: BUNDLED_MODEL,
      threads: Number(args.threads),
      options: MANY_PASSES,
      text: benchText(),
      worker: WORKER,
    }),
  );
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
