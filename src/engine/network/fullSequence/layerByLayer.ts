import { FullSequenceModel } from './fullSequenceModel.js';
import type { LogitStatistics } from '../output/statistics.js';
import { floatTensor, intTensor, OrtSession, type Session, type Tensor } from '../runtime/ortRuntime.js';
import { disposeAll } from '../runtime/startOnDevice.js';
import { AnsweredTogether } from './answeredTogether.js';
import type { FloatWeights } from './floatWeights.js';
import { lastNormGraph, layerGraph, logitsGraph } from './graph/layerGraph.js';
import type { WeightInputsGraph } from './graph/weightInputs.js';
import { AllLogits, type LogitsInParts, StatisticsInParts } from './logitsInParts.js';
import type { NetworkAnswer, NetworkBatch } from './networkRunner.js';

/** Rows that pass a layer at a time: enough to be worth its weights, few enough for their activations to be small beside these. */
const LAYER_ROWS = 512;
/** Weights of the output layer that are in memory at a time. */
const HEAD_WEIGHTS = 1 << 23;

export interface LayerByLayerRun {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** After each layer and each part of the output layer: so many are done, of how many. */
  readonly onPart: (done: number, of: number) => void;
}

/**
 * Calls `use` with `count` models over one network in float32, each of which can be asked for one prediction. All are answered together
 * when the last one is asked, so `use` must not wait for one before it asks another. The weights are read layer by layer and let go of
 * again: this needs the memory of a layer, whatever the network's size.
 * Throws what reading the weights throws, or the signal's reason.
 */
export async function withLayerByLayer<T>(
  weights: FloatWeights,
  count: number,
  run: LayerByLayerRun,
  use: (models: readonly FullSequenceModel[]) => Promise<T>,
): Promise<T> {
  const { manifest } = weights;
  const sessions: OrtSession[] = [];
  const start = async (graph: WeightInputsGraph): Promise<Started> => {
    const session = await OrtSession.create(graph.toBytes(), { device: 'cpu', threads: run.threads, folder: '.' });
    sessions.push(session);
    return { graph, session };
  };
  try {
    const network = new LayerByLayer(weights, run, {
      layer: await start(layerGraph(manifest)),
      norm: await start(lastNormGraph(manifest)),
      logits: await start(logitsGraph(manifest)),
    });
    return await use(network.models(count));
  } finally {
    await disposeAll(sessions);
  }
}

interface Started {
  readonly graph: WeightInputsGraph;
  readonly session: Session;
}

type Feeds = Readonly<Record<string, Tensor>>;
type Rows = readonly Float32Array[];

/** One sequence of one of the calls. */
interface Sequence {
  readonly ids: readonly number[];
  readonly wanted: readonly number[];
  readonly call: number;
}

/** Sequences that pass the layers together, of one length and at one level of noise. */
interface Group {
  readonly sequences: readonly Sequence[];
  /** int64 [B, R] */
  readonly positions: Tensor;
  readonly sigma: Feeds;
  /** What has become of their rows so far, [B * R, D]. */
  stream: Float32Array;
}

class LayerByLayer {
  readonly #buffers = new Map<string, Float32Array>();
  #done = 0;

  constructor(
    private readonly weights: FloatWeights,
    private readonly run: LayerByLayerRun,
    private readonly graphs: Readonly<Record<'layer' | 'norm' | 'logits', Started>>,
  ) {}

  models(count: number): FullSequenceModel[] {
    const { manifest, neverChosen } = this.weights;
    const { vocabularySize } = manifest.architecture;
    const ruledOut = new Set(neverChosen);
    const network = new AnsweredTogether(count, (batches: readonly NetworkBatch[]) => this.#network(batches));
    const logits = new AnsweredTogether(count, (calls: readonly Rows[]) =>
      this.#outputs<Float32Array>(calls, () => new AllLogits(vocabularySize)),
    );
    const statistics = new AnsweredTogether(count, (calls: readonly Rows[]) =>
      this.#outputs<LogitStatistics>(calls, () => new StatisticsInParts(ruledOut)),
    );
    const parts = {
      // What would be kept between steps is of no use to who is asked once.
      manifest: { ...manifest, recommended: { ...manifest.recommended, contextCache: 'exact' as const } },
      neverChosen,
      network: { run: (batch: NetworkBatch) => network.call(batch) },
      vocabulary: { logits: (rows: Rows) => logits.call(rows), statistics: (rows: Rows) => statistics.call(rows) },
      device: 'cpu',
      deviceNote: '',
      dispose: () => Promise.resolve(),
    };
    return Array.from({ length: count }, () => new FullSequenceModel(parts));
  }

  async #network(batches: readonly NetworkBatch[]): Promise<readonly NetworkAnswer[]> {
    const { layers, hiddenSize } = this.weights.manifest.architecture;
    const groups = await this.#groups(batches);
    for (let layer = 0; layer < layers; layer++) {
      const feeds = await this.#weightFeeds(this.graphs.layer.graph, layer);
      for (const group of groups) {
        const count = group.stream.length / hiddenSize;
        const wanted = intTensor(
          Array.from({ length: count }, (_, row) => row),
          [count],
        );
        const rows = floatTensor(group.stream, [count, hiddenSize]);
        const inputs = { ...feeds, ...group.sigma, rows, wanted, positions: group.positions };
        group.stream = (await this.graphs.layer.session.run(inputs))['stream']!.data as Float32Array;
      }
      this.#partDone();
    }
    const hidden: Float32Array[][] = batches.map(() => []);
    const feeds = await this.#weightFeeds(this.graphs.norm.graph, 0);
    for (const { sequences, sigma, stream } of groups) {
      const length = sequences[0]!.ids.length;
      const places = sequences.flatMap(({ wanted, call }, b) => wanted.map((row) => ({ call, row: b * length + row })));
      const some = places.map(({ row }) => stream.subarray(row * hiddenSize, (row + 1) * hiddenSize));
      const rows = floatTensor(joined(some, hiddenSize), [some.length, hiddenSize]);
      const normed = (await this.graphs.norm.session.run({ ...feeds, ...sigma, rows }))['normed']!.data as Float32Array;
      places.forEach(({ call }, i) => hidden[call]!.push(normed.subarray(i * hiddenSize, (i + 1) * hiddenSize)));
    }
    return hidden.map((rows) => ({ hidden: rows, keyValues: [] }));
  }

  async #groups(batches: readonly NetworkBatch[]): Promise<Group[]> {
    const alike = new Map<string, { readonly sequences: Sequence[]; readonly sigma: number | undefined }>();
    for (const [call, { sequences, wanted, sigma }] of batches.entries()) {
      for (const [b, ids] of sequences.entries()) {
        const key = `${ids.length} ${sigma ?? ''}`;
        const known = alike.get(key) ?? { sequences: [], sigma };
        known.sequences.push({ ids, wanted: wanted[b]!, call });
        alike.set(key, known);
      }
    }
    const groups: Group[] = [];
    for (const { sequences, sigma } of alike.values()) {
      const length = sequences[0]!.ids.length;
      const size = Math.max(1, Math.floor(LAYER_ROWS / length));
      for (let from = 0; from < sequences.length; from += size) {
        const some = sequences.slice(from, from + size);
        const positions = some.flatMap(({ ids }) => ids.map((_, row) => row));
        groups.push({
          sequences: some,
          positions: intTensor(positions, [some.length, length]),
          sigma: sigma === undefined ? {} : { sigma: floatTensor(Float32Array.of(sigma), [1]) },
          stream: await this.#embedded(
            some.flatMap(({ ids }) => ids),
            positions,
          ),
        });
      }
    }
    return groups;
  }

  async #embedded(ids: readonly number[], positions: readonly number[]): Promise<Float32Array> {
    const { hiddenSize, tiedEmbeddings, network } = this.weights.manifest.architecture;
    const rows = new Float32Array(ids.length * hiddenSize);
    const position = new Float32Array(hiddenSize);
    for (const [i, id] of ids.entries()) {
      const row = rows.subarray(i * hiddenSize, (i + 1) * hiddenSize);
      await this.weights.read(tiedEmbeddings ? 'head' : 'embedding', id, row);
      if (network !== 'gpt2') continue;
      await this.weights.read('positions', positions[i]!, position);
      for (let d = 0; d < hiddenSize; d++) row[d] = row[d]! + position[d]!;
    }
    return rows;
  }

  /** What becomes of the logits of each call's rows. */
  async #outputs<T>(calls: readonly Rows[], create: () => LogitsInParts<T>): Promise<readonly T[][]> {
    const answers = calls.map((rows) => rows.map(create));
    const all = answers.flat();
    if (all.length > 0) {
      const { hiddenSize } = this.weights.manifest.architecture;
      const rows = floatTensor(joined(calls.flat(), hiddenSize), [all.length, hiddenSize]);
      for (const part of this.#headParts()) {
        const weights = await this.#headFeeds(part);
        const logits = (await this.graphs.logits.session.run({ rows, ...weights }))['logits']!.data as Float32Array;
        const width = part.to - part.from;
        all.forEach((row, i) => row.add(logits.subarray(i * width, (i + 1) * width)));
        this.#partDone();
      }
    }
    return answers.map((rows) => rows.map(({ result }) => result));
  }

  #headParts(): readonly { readonly from: number; readonly to: number }[] {
    const { vocabularySize, hiddenSize } = this.weights.manifest.architecture;
    const rows = Math.min(vocabularySize, Math.ceil(HEAD_WEIGHTS / hiddenSize));
    return Array.from({ length: Math.ceil(vocabularySize / rows) }, (_, n) => ({
      from: n * rows,
      to: Math.min(vocabularySize, (n + 1) * rows),
    }));
  }

  async #headFeeds({ from, to }: { readonly from: number; readonly to: number }): Promise<Feeds> {
    const { hiddenSize, network } = this.weights.manifest.architecture;
    const size = to - from;
    const weight = this.#buffer('head', this.#headParts()[0]!.to * hiddenSize).subarray(0, size * hiddenSize);
    await this.weights.read('head', from, weight);
    let bias = new Float32Array(size);
    if (network === 'dit') {
      const all = new Float32Array(this.weights.manifest.architecture.vocabularySize);
      await this.weights.read('head.bias', 0, all);
      bias = all.slice(from, to);
    }
    return { weight: floatTensor(weight, [size, hiddenSize]), bias: floatTensor(bias, [size]) };
  }

  /** The weights that a graph asks for, those of layer 0 from `layer`, in memory that is used for the next layer again. */
  async #weightFeeds({ weights }: WeightInputsGraph, layer: number): Promise<Feeds> {
    const feeds = new Map<string, Tensor>();
    for (const [name, { shape, isTransposed }] of weights) {
      const size = shape.reduce((product, length) => product * length, 1);
      const data = this.#buffer(name, size);
      const source = name.replace(/^layers\.0\./, `layers.${layer}.`).replace(/\.weight$/, '');
      await this.weights.read(source, 0, data);
      feeds.set(name, floatTensor(isTransposed ? transposed(data, shape[0]!) : data, shape));
    }
    return Object.fromEntries(feeds);
  }

  #buffer(use: string, size: number): Float32Array {
    const known = this.#buffers.get(use);
    if (known !== undefined) return known;
    const buffer = new Float32Array(size);
    this.#buffers.set(use, buffer);
    return buffer;
  }

  #partDone(): void {
    this.run.signal.throwIfAborted();
    this.#done++;
    this.run.onPart(this.#done, this.weights.manifest.architecture.layers + this.#headParts().length);
  }
}

function joined(rows: Rows, width: number): Float32Array {
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, r) => all.set(row, r * width));
  return all;
}

/** [out, in] -> [in, out] */
function transposed(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  return Float32Array.from(rows, (_, i) => rows[(i % count) * width + Math.floor(i / count)]!);
}
