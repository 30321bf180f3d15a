// What it costs to add a model: processor time of the conversion by weights, and the peak memory of `infill models add` as a whole, the
// comparison with floating point included. On a checkpoint of random weights of the shape of Qwen2.5-Coder-0.5B, or on --checkpoint FOLDER.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { convertCheckpoint } from '../src/modelStore/convert/convertCheckpoint.js';
import { HALF_BILLION, writeCheckpoint } from './checkpointOfShape.js';
import { markdownTable } from './markdownTable.js';

const { values: args } = parseArgs({
  options: {
    checkpoint: { type: 'string' },
    /** Where the checkpoint and the models are written; some gigabytes. */
    scratch: { type: 'string', default: os.tmpdir() },
    precision: { type: 'string', multiple: true, default: ['int8', 'int4'] },
  },
});
const PEAK = /^VmHWM:\s*(\d+) kB$/m;
const POLL_MS = 50;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

const scratch = await mkdtemp(path.join(args.scratch, 'infill-import-'));
try {
  const folder = args.checkpoint ?? path.join(scratch, 'checkpoint');
  if (args.checkpoint === undefined) await writeCheckpoint(folder, HALF_BILLION);
  const weights = await weightBytes(folder);
  const rows: string[][] = [];
  for (const precision of args.precision) {
    const conversion = await conversionSeconds(folder, precision as 'int8' | 'int4');
    const { peak, seconds, said } = await wholeImport(folder, precision);
    rows.push([
      precision,
      megabytes(weights),
      megabytes(weights / conversion),
      seconds.toFixed(0),
      megabytes(peak),
      said,
    ]);
  }
  const titles = ['precision', 'weights, MB', 'converted, MB/s of a core', 'import, s', 'peak memory, MB', 'compared'];
  console.log(markdownTable([titles, ...rows]));
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** Processor time of all threads, reading and writing included. */
async function conversionSeconds(source: string, precision: 'int8' | 'int4'): Promise<number> {
  const target = path.join(scratch, 'converted');
  const before = process.cpuUsage();
  await convertCheckpoint({ source, target, precision });
  const { user, system } = process.cpuUsage(before);
  await rm(target, { recursive: true });
  return (user + system) / 1e6;
}

/** `infill models add` in a process of its own. Its peak is looked at again and again, the last time just before its end. */
async function wholeImport(
  folder: string,
  precision: string,
): Promise<{ readonly peak: number; readonly seconds: number; readonly said: string }> {
  const cli = path.join(import.meta.dirname, '../dist/cli.cjs');
  const env = { ...process.env, INFILL_HOME: path.join(scratch, `home-${precision}`) };
  const command = [cli, 'models', 'add', folder, '--name', 'measured', '--precision', precision, '--json'];
  const begin = performance.now();
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let peak = 0;
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const timer = setInterval(() => {
    readFile(`/proc/${String(child.pid)}/status`, 'utf8').then(
      (status) => (peak = Math.max(peak, 1024 * Number(PEAK.exec(status)?.[1] ?? 0))),
      () => undefined,
    );
  }, POLL_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`infill models add ended with ${String(code)}`);
  const { agreement } = JSON.parse(output) as { agreement: { agreeing?: number; positions?: number; why?: string } };
  const said = agreement.why ?? `${String(agreement.agreeing)} of ${String(agreement.positions)} positions alike`;
  await rm(env.INFILL_HOME, { recursive: true });
  return { peak, seconds: (performance.now() - begin) / 1000, said };
}

async function weightBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
