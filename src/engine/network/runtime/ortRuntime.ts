import type * as ort from 'onnxruntime-node';
import { InfillError } from '../../../shared/infillError.js';
import { telemetryOff } from '../../../process/telemetryOff.js';

/** The only file that knows onnxruntime. */
export type Tensor = ort.Tensor;
export type Tensors = Readonly<Record<string, Tensor>>;
type Onnxruntime = typeof ort;

/** A graph ready to run. */
export interface Session {
  /**
   * Computes on the calling thread; nothing else runs meanwhile. Tensors that it returns are the caller's. `fetches` = the outputs
   * that are copied out, all where absent; the others are computed all the same.
   */
  run(feeds: Tensors, fetches?: readonly string[]): Promise<Tensors>;
  dispose(): Promise<void>;
}

export interface SessionOptions {
  /** One execution provider; no silent fall-back to another. */
  readonly device: string;
  readonly threads: number;
  /** Where the graph's external data lies; real path, see `ModelWeights`. */
  readonly folder: string;
}

const SPIN_MICROSECONDS = '50';
let runtime: Onnxruntime | undefined;

function loaded(): Onnxruntime {
  if (runtime === undefined) throw new Error('onnxruntime is used before a session was made');
  return runtime;
}

/** Loads the native library once, with its telemetry off. Throws InfillError runtime-missing. */
export async function onnxruntime(): Promise<Onnxruntime> {
  try {
    if (runtime === undefined) {
      // Every process that loads the runtime does it here: the library reads the environment when its first session is made.
      Object.assign(process.env, telemetryOff(process.platform));
      runtime = await import('onnxruntime-node');
      // What goes wrong is thrown as well; on stderr it would only be noise.
      runtime.env.logLevel = 'fatal';
    }
    return runtime;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InfillError(
      'runtime-missing',
      `onnxruntime's native library for ${process.platform}-${process.arch} cannot be loaded: ${reason}.`,
      process.platform === 'win32'
        ? 'Install the "Microsoft Visual C++ Redistributable" (x64 or arm64), or reinstall Infill for this platform.'
        : 'Reinstall Infill for this platform.',
      { cause: error },
    );
  }
}

/** Wraps `data` without copying it: a session reads what the array holds when it runs. */
export function floatTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return new (loaded().Tensor)('float32', data, shape);
}

/** An int64 tensor of `values`. */
export function intTensor(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  return new (loaded().Tensor)('int64', BigInt64Array.from(values, BigInt), shape);
}

export function uint8Tensor(data: Uint8Array, shape: readonly number[]): Tensor {
  return new (loaded().Tensor)('uint8', data, shape);
}

/** The execution providers in this platform's library. Whether one starts is another question, see `probeDevices`. */
export async function compiledDevices(): Promise<readonly string[]> {
  const { listSupportedBackends } = await onnxruntime();
  return listSupportedBackends().map(({ name }) => name);
}

/** One execution provider's session over one graph. */
export class OrtSession implements Session {
  private constructor(private readonly session: ort.InferenceSession) {}

  /** Throws what onnxruntime throws: `devices.ts` explains it. */
  static async create(graph: Uint8Array, options: SessionOptions): Promise<OrtSession> {
    const { InferenceSession } = await onnxruntime();
    const session = await InferenceSession.create(graph, {
      executionProviders: [options.device],
      intraOpNumThreads: options.threads,
      executionMode: 'sequential',
      // An arena doubles its regions; in an Electron process one allocation above 2 GiB ends the process.
      enableCpuMemArena: false,
      extra: {
        session: {
          model_external_initializers_file_folder_path: options.folder,
          // Waking a sleeping thread costs as much as many of the products take. So threads wait this long for the next one,
          // which bridges the gaps inside a run, and then sleep: nothing holds a core between two keystrokes.
          intra_op: { allow_spinning: '1', spin_duration_us: SPIN_MICROSECONDS },
        },
      },
    });
    return new OrtSession(session);
  }

  async run(feeds: Tensors, fetches?: readonly string[]): Promise<Tensors> {
    return fetches === undefined ? this.session.run(feeds) : this.session.run(feeds, [...fetches]);
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
