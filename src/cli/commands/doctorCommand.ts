import os from 'node:os';
import type { Command } from 'commander';
import type { DeviceProbe } from '../../engine/network/runtime/devices.js';
import { inMilliseconds } from '../../shared/inMilliseconds.js';
import { InfillError } from '../../shared/infillError.js';
import type { ModelInfo } from '../../shared/protocol.js';
import { dataFolder } from '../../modelStore/dataFolder.js';
import { passesInWords } from '../../shared/passesInWords.js';
import { visibleLine } from '../../shared/visibleText.js';
import { verifyInstalledModel } from '../../modelStore/verifyInstalledModel.js';
import { type CliIo, EXIT, write, writeJson } from '../output/cliIo.js';
import { addModelOptions, type ModelOptions } from '../input/commandOptions.js';
import { type Measurement, measure } from './measure.js';
import { workspaceFolder } from '../input/workspaceFiles.js';
import { ownVersion } from './ownVersion.js';
import { chosenModel, withEngine } from './withEngine.js';
import { indexFolder } from './workspaces.js';

interface DoctorOptions extends ModelOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

/** One finding: what a person reads, and what a program reads. */
interface Finding {
  readonly name: string;
  readonly isFine: boolean;
  readonly text: string;
  readonly data: unknown;
}

/** Requests that are measured: enough for a median, little enough to wait for. */
const SPEED = { maxTokens: 32, steps: 8, repeats: 3 };

export function addDoctorCommand(program: Command, io: CliIo, finish: (exitCode: number) => void): void {
  const command = program
    .command('doctor')
    .description('tell what runs here: versions, model, speed, memory and the devices that really start')
    .option('--workspace <folder>', 'also tell what suggestions could draw on in this folder')
    .option('--json', 'print as JSON');
  addModelOptions(command).action(async (options: DoctorOptions) => finish(await doctor(options, io)));
}

/** Each finding is shown as soon as it is known: should a driver end the process, it can be seen where. */
async function doctor(options: DoctorOptions, io: CliIo): Promise<number> {
  const { workspace } = options;
  const folder = workspace === undefined ? undefined : await workspaceFolder(workspace, io.cwd);
  const findings: Finding[] = [];
  // Devices last: trying a graphics driver is what may go wrong badly.
  const ofProject = folder === undefined ? [] : [() => project(folder, io)];
  for (const look of [machine, runtime, model, ...ofProject, speed, devices]) {
    const finding = await look(options, io);
    findings.push(finding);
    if (options.json !== true) {
      await write(io.stdout, `${finding.name.padEnd(9)}${finding.text.replaceAll('\n', `\n${' '.repeat(9)}`)}\n`);
    }
  }
  if (options.json === true) {
    const data = Object.fromEntries(findings.map((finding) => [finding.name, finding.data]));
    await writeJson(io.stdout, { isFine: findings.every(({ isFine }) => isFine), ...data });
  }
  return findings.every(({ isFine }) => isFine) ? EXIT.done : EXIT.nothing;
}

async function machine(_options: DoctorOptions, { root }: CliIo): Promise<Finding> {
  const infill = await ownVersion(root);
  const [cpu] = os.cpus();
  const processors = os.availableParallelism();
  const { totalmem, freemem } = { totalmem: os.totalmem(), freemem: os.freemem() };
  const data = { infill, node: process.version, platform: process.platform, arch: process.arch, release: os.release() };
  return {
    name: 'system',
    isFine: true,
    text:
      `Infill ${infill}, Node ${process.version}, ${process.platform}-${process.arch} (${os.release()})\n` +
      `${processors} × ${cpu?.model.trim() ?? 'unknown processor'}, ${gibibytes(totalmem)} memory, ${gibibytes(freemem)} free`,
    data: { ...data, processors, cpu: cpu?.model ?? '', totalmem, freemem },
  };
}

function runtime(): Promise<Finding> {
  return attempt('runtime', async () => {
    const { onnxruntime } = await import('../../engine/network/runtime/ortRuntime.js');
    const { versions } = (await onnxruntime()).env;
    return { text: `onnxruntime-node ${versions.node ?? versions.common}`, data: { ...versions } };
  });
}

function model({ model: named }: DoctorOptions, io: CliIo): Promise<Finding> {
  return attempt('model', async () => {
    const { folder, manifest, bytes, isBundled } = await chosenModel(named, io);
    const { error, ms } = await verifyInstalledModel(folder, dataFolder(io.env), io.signal);
    if (error !== undefined) {
      throw error;
    }
    const { name, version, license } = manifest;
    return {
      text: `${visibleLine(`${name} ${version}`)}${isBundled ? ' (bundled)' : ''}, ${visibleLine(license)}, ${Math.round(bytes / 1e6)} MB, intact (${inMilliseconds(ms)})\n${visibleLine(folder)}`,
      data: { name, version, license, folder, isBundled, bytes, isIntact: true, verifyMs: ms },
    };
  });
}

function project(folder: string, { signal }: CliIo): Promise<Finding> {
  return attempt('project', async () => {
    const { index, leftOut, ms: each } = await indexFolder(folder, signal);
    const ms = each.read + each.index;
    const { documents, units, bytes } = index.stats;
    const out = Object.entries(leftOut).filter(([, count]) => count > 0);
    const text =
      `${documents} files, ${(units / 1e6).toFixed(1)} MB of text, read and indexed in ${inMilliseconds(ms)}, ${(bytes / 1e6).toFixed(1)} MB of memory\n` +
      `${out.length === 0 ? 'nothing' : out.map(([why, count]) => `${count} ${why}`).join(', ')} left out\n` +
      visibleLine(folder);
    return { text, data: { folder, files: documents, units, bytes, leftOut, ms } };
  });
}

function speed(options: DoctorOptions, io: CliIo): Promise<Finding> {
  return attempt('speed', () =>
    withEngine(options, io, async (engine) => {
      const { info } = engine;
      await measure(engine, { ...SPEED, repeats: 1, signal: io.signal }); // warms up the runtime
      const measured = await measure(engine, { ...SPEED, signal: io.signal });
      const rssBytes = process.memoryUsage.rss();
      return { text: speedText(info, measured, rssBytes), data: { model: info, ...measured, rssBytes } };
    }),
  );
}

function speedText(info: ModelInfo, measured: Measurement, rssBytes: number): string {
  const { msPerStep, canvas, coldContextMs, coldTokens, warmContextMs, warmTotalMs, warmPasses } = measured;
  const lines = [
    `${info.device}, ${info.threads} threads, loaded in ${inMilliseconds(info.loadMs)}, ${Math.round(rssBytes / 1e6)} MB resident`,
    `a step ${inMilliseconds(msPerStep)} (canvas ${canvas}), a new context ${inMilliseconds(coldContextMs)} (${coldTokens} tokens), ` +
      `a keystroke ${inMilliseconds(warmContextMs)}`,
    `from a keystroke to the text ${inMilliseconds(warmTotalMs)} in ${measured.stepsUsed} of ${measured.steps} steps: ${passesInWords(warmPasses)}`,
    `the model recommends ${info.steps.recommended} steps${info.steps.most === undefined ? '' : ` and takes ${info.steps.most} at most`}`,
  ];
  return [...lines, ...(info.deviceNote === '' ? [] : [info.deviceNote])].join('\n');
}

function devices(): Promise<Finding> {
  return attempt('devices', async () => {
    const { probeDevices } = await import('../../engine/network/runtime/devices.js');
    const probes = await probeDevices();
    const line = ({ device, starts, reason }: DeviceProbe): string =>
      `${device.padEnd(8)} ${starts ? 'starts' : `does not start: ${reason}`}`;
    return { text: probes.map(line).join('\n'), data: probes };
  });
}

/** What goes wrong is a finding too, and the next thing is looked at. */
async function attempt(name: string, look: () => Promise<Pick<Finding, 'text' | 'data'>>): Promise<Finding> {
  try {
    return { name, isFine: true, ...(await look()) };
  } catch (error) {
    if (error instanceof InfillError) {
      return { name, isFine: false, text: error.describe(), data: { problem: error.describe() } };
    }
    throw error;
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
