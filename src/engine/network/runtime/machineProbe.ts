import type { MachineSpeed } from '../../../shared/modelImport.js';
import { GraphBuilder, type Value } from '../onnx/graphBuilder.js';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.js';
import { floatTensor, onnxruntime, OrtSession, type Tensors, uint8Tensor } from './ortRuntime.js';

/** Rows of a product that counts what a processor computes, and its size: as a layer of half a billion weights has it. */
const ROWS = 512;
const DEPTH = 1024;
const WIDTH = 8192;
/** Of a product of one row, whose weights no cache holds: what it takes is reading them. */
const READ_WIDTH = 65_536;
/** Of one layer's attention. */
const HEADS = 16;
const HEAD_SIZE = 64;
const POSITIONS = 640;
const INT4_BLOCK = 32;
/** So many runs are timed together: Windows counts a processor's time in 64ths of a second. */
const RUNS = 2;
const REPEATS = 4;
const DISTURBED = 1.3;

/**
 * How fast this machine's processor computes products with weights of 8 and of 4 bits and attention, and how fast it reads weights, through
 * the operators that models run. The fastest of some runs each: other programs disturb. Takes a few tenths of a second, on the calling thread.
 * Throws InfillError runtime-missing.
 */
export async function measureMachine(threads: number): Promise<MachineSpeed> {
  await onnxruntime(); // before tensors are made
  const operations = 2 * ROWS * DEPTH * WIDTH;
  const int8 = await leastSeconds(int8Product(ROWS, WIDTH), threads, bytes(ROWS));
  const int4 = await leastSeconds(int4Product(), threads, {
    rows: floatTensor(new Float32Array(ROWS * DEPTH).fill(0.5), [ROWS, DEPTH]),
  });
  const read = await leastSeconds(int8Product(1, READ_WIDTH), threads, bytes(1));
  const shape = [1, HEADS, POSITIONS, HEAD_SIZE];
  const heads = floatTensor(new Float32Array(HEADS * POSITIONS * HEAD_SIZE).fill(0.1), shape);
  const attention = await leastSeconds(attentionGraph(), threads, { queries: heads, keys: heads, values: heads });
  return {
    threads,
    int8PerSecond: operations / int8,
    int4PerSecond: operations / int4,
    attentionPerSecond: (4 * HEADS * POSITIONS ** 2 * HEAD_SIZE) / attention,
    bytesPerSecond: (DEPTH * READ_WIDTH) / read,
  };
}

function bytes(rows: number): Tensors {
  return { rows: uint8Tensor(new Uint8Array(rows * DEPTH).fill(130), [rows, DEPTH]) };
}

function int8Product(rows: number, width: number): Uint8Array {
  const graph = new GraphBuilder('int8');
  const input = graph.input('rows', DataType.UINT8, [rows, DEPTH]);
  const weights = graph.int8(new Int8Array(DEPTH * width).fill(1), [DEPTH, width]);
  const scale = graph.floats(new Float32Array(width).fill(1));
  const inputs = [input, weights, graph.float(1), scale, graph.uint8(128)];
  return finished(graph, graph.op('MatMulIntegerToFloat', inputs, { domain: 'com.microsoft' }));
}

function int4Product(): Uint8Array {
  const graph = new GraphBuilder('int4');
  const rows = graph.input('rows', DataType.FLOAT, [ROWS, DEPTH]);
  const blocks = DEPTH / INT4_BLOCK;
  const weights = graph.uint8s(new Uint8Array((WIDTH * DEPTH) / 2).fill(0x79), [WIDTH, blocks, INT4_BLOCK / 2]);
  const scales = graph.floats(new Float32Array(WIDTH * blocks).fill(0.1));
  const attributes = {
    K: { int: DEPTH },
    N: { int: WIDTH },
    bits: { int: 4 },
    block_size: { int: INT4_BLOCK },
    accuracy_level: { int: 4 },
  };
  const product = graph.op('MatMulNBits', [rows, weights, scales], { domain: 'com.microsoft', attributes });
  return finished(graph, product);
}

function attentionGraph(): Uint8Array {
  const graph = new GraphBuilder('attention');
  const shape = [1, HEADS, POSITIONS, HEAD_SIZE];
  const [queries, keys, values] = ['queries', 'keys', 'values'].map((name) =>
    graph.input(name, DataType.FLOAT, shape),
  ) as [Value, Value, Value];
  const transposed = { domain: 'com.microsoft', attributes: { transB: { int: 1 } } };
  const scores = graph.op('FusedMatMul', [queries, keys], transposed);
  const shares = graph.op('Softmax', [scores], { attributes: { axis: { int: -1 } } });
  return finished(graph, graph.op('MatMul', [shares, values]));
}

/** The result itself is not copied out of the session: its largest element is asked for. */
function finished(graph: GraphBuilder, result: Value): Uint8Array {
  const attributes = { keepdims: { int: 0 } };
  graph.output(graph.op('ReduceMax', [result], { attributes, name: 'largest' }), DataType.FLOAT, []);
  return graph.toBytes();
}

async function leastSeconds(graph: Uint8Array, threads: number, feeds: Tensors): Promise<number> {
  const session = await OrtSession.create(graph, { device: 'cpu', threads, folder: '.' });
  try {
    let [clock, processor] = [Infinity, Infinity];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const begin = performance.now();
      const used = process.cpuUsage();
      for (let run = 0; run < RUNS; run++) await session.run(feeds);
      const { user, system } = process.cpuUsage(used);
      clock = Math.min(clock, (performance.now() - begin) / 1000 / RUNS);
      processor = Math.min(processor, (user + system) / 1e6 / threads / RUNS);
    }
    return undisturbed(clock, processor);
  } finally {
    await session.dispose();
  }
}

/**
 * What a run takes where nothing else computes: its time on the clock, or that of the processor where it is much less, because then other
 * programs had the processor in between. `processor` = seconds for each thread; 0 where the system counts too coarsely to tell.
 */
export function undisturbed(clock: number, processor: number): number {
  return processor > 0 && clock > DISTURBED * processor ? processor : clock;
}
