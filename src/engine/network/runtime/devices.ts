import type { Device } from '../../../shared/infillOptions.js';
import { GraphBuilder } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import { compiledDevices, floatTensor, OrtSession } from './ortRuntime.js';

export interface DeviceProbe {
  readonly device: string;
  readonly starts: boolean;
  /** Why it does not start; '' if it does. */
  readonly reason: string;
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cpu: 'CPU',
    cuda: 'CUDA',
    dml: 'DirectML',
    webgpu: 'WebGPU',
    coreml: 'Core ML',
  }),
);

/**
 * The devices to try, in order; the CPU is always the last. `auto` is the CPU: at this model's size int8 on two cores
 * beats moving the keys and values of every step to a graphics card and back.
 */
export function deviceCandidates(device: Device): readonly string[] {
  return device === 'auto' || device === 'cpu' ? ['cpu'] : [device, 'cpu'];
}

/** One sentence for the log and the status bar. */
export function explainFailure(device: string, error: unknown): string {
  return `${NAMES.get(device) ?? device} does not start here (${reasonOf(error)}), so the CPU is used.`;
}

/**
 * Tries every device that onnxruntime knows on this platform with a product of two small matrices. A device that starts here
 * may still refuse the model; `loadModel` says so.
 */
export async function probeDevices(): Promise<readonly DeviceProbe[]> {
  const probes: DeviceProbe[] = [];
  for (const device of await compiledDevices()) probes.push(await probe(device));
  return probes;
}

async function probe(device: string): Promise<DeviceProbe> {
  try {
    const session = await OrtSession.create(productGraph(), { device, threads: 1, folder: '.' });
    try {
      const { sum } = await session.run({ rows: floatTensor(new Float32Array(16).fill(1), [4, 4]) });
      const values = sum!.data as Float32Array;
      const right = values.every((value) => value === 8);
      return { device, starts: right, reason: right ? '' : 'it computes wrong results' };
    } finally {
      await session.dispose();
    }
  } catch (error) {
    return { device, starts: false, reason: reasonOf(error) };
  }
}

function productGraph(): Uint8Array {
  const graph = new GraphBuilder('probe');
  const rows = graph.input('rows', DataType.FLOAT, [4, 4]);
  const product = graph.op('MatMul', [rows, graph.floats(new Float32Array(16).fill(2), [4, 4])], { name: 'sum' });
  graph.output(product, DataType.FLOAT, [4, 4]);
  return graph.toBytes();
}

/** What onnxruntime's commonest refusals mean. */
const REASONS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/backend not found/, `onnxruntime for ${process.platform}-${process.arch} is built without it`],
  [/Failed to load shared library/, 'its libraries are not installed'],
  [/WebGPU adapter|RequestAdapterStatus/, 'no graphics adapter that it can use was found'],
];

/** Why a device does not start, in words where we have them; else the telling line of onnxruntime's error, without paths. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const known = REASONS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  const line = text.split('\n').find((part) => part.trim() !== '') ?? 'unknown reason';
  return line
    .replace(/(?:[A-Z]:)?[\\/]\S*[\\/](?=[\w.]+:\d+)/g, '')
    .slice(0, 200)
    .trim();
}
