// What `infill serve` adds to the engine's own time, what clients that ask nothing cost, and whether memory grows with requests.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BUNDLED_MODEL, benchText } from './benchText.js';
import { markdownTable } from './markdownTable.js';
import { quantile } from './quantile.js';
import { residentBytes } from './residentBytes.js';
import { typedRequests } from './typedRequests.js';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string', default: BUNDLED_MODEL },
    threads: { type: 'string', default: '2' },
    requests: { type: 'string', default: '200' },
    idle: { type: 'string', default: '50' },
    many: { type: 'string', default: '10000' },
    clients: { type: 'string', default: '100' },
  },
});
const STEPS = 4;
const IDLE_MS = 10_000;
const TICKS_PER_SECOND = 100;
const CLI = path.join(import.meta.dirname, '..', 'dist', 'cli.cjs');

interface Served {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly url: string;
}

async function started(): Promise<Served> {
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--port', '0', '--model', args.model, '--threads', args.threads],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /http:\/\/\S+\d/u.exec(line)?.[0];
    if (url !== undefined) return { process: child, pid: child.pid!, url };
  }
  throw new Error('the server did not start');
}

function post(agent: Agent, url: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      },
    );
    sent.on('error', reject).end(JSON.stringify(body));
  });
}

/** Of all its threads so far, milliseconds (Linux). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

const server = await started();
const agent = new Agent({ keepAlive: true, maxSockets: Number(args.clients) });
const requests = typedRequests(benchText(), Number(args.requests), STEPS);
const own: number[] = [];
const added: number[] = [];
for (const { request: asked } of requests) {
  const begun = performance.now();
  const text = await post(agent, `${server.url}/infill/v1/fill`, asked);
  const ms = performance.now() - begun;
  const { report } = JSON.parse(text) as { readonly report: { readonly ms: { readonly total: number } } };
  own.push(report.ms.total);
  added.push(ms - report.ms.total);
}
const ms = (values: readonly number[], share: number): string => quantile(values, share).toFixed(1);
console.log(
  markdownTable([
    [`${String(requests.length)} requests, one after the other`, 'p50', 'p95'],
    ['the engine, ms', ms(own, 0.5), ms(own, 0.95)],
    ['what serving adds, ms', ms(added, 0.5), ms(added, 0.95)],
  ]),
);

const idle = Array.from({ length: Number(args.idle) }, () => new Agent({ keepAlive: true }));
for (const each of idle) await post(each, `${server.url}/infill`, { n_predict: 0 });
const cpuBefore = cpuMs(server.pid);
await sleep(IDLE_MS);
const share = (cpuMs(server.pid) - cpuBefore) / IDLE_MS;
console.log(`\n${args.idle} connected clients that ask nothing: ${(100 * share).toFixed(1)}% of a core`);
idle.forEach((each) => each.destroy());

const rows: string[][] = [];
let sent = 0;
const most = Number(args.many);
for (const part of [0.1, 0.2, 0.4, 0.6, 0.8, 1]) {
  const until = Math.round(most * part);
  const ask = async (client: number): Promise<void> => {
    while (sent < until) {
      const number = sent++;
      const prompt = `const client${String(client)} = ${String(number)};\nconst sum = `;
      const body = { prompt, suffix: ';\n', max_tokens: 1, steps: 1 };
      await post(agent, `${server.url}/v1/completions`, body).catch(async (error: unknown) => {
        if (!String(error).includes('rate_limit')) throw error;
        await sleep(50);
      });
    }
  };
  await Promise.all(Array.from({ length: Number(args.clients) }, (_, client) => ask(client)));
  rows.push([String(until), (residentBytes(server.pid) / 1e6).toFixed(0)]);
}
console.log(`\n${markdownTable([[`requests of ${args.clients} clients`, 'resident MB'], ...rows])}`);
agent.destroy();
server.process.kill('SIGTERM');
