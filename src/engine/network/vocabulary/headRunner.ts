import { type LogitStatistics, numbers, statistics } from '../output/statistics.js';
import { RULED_OUT } from '../output/addStatistics.js';
import { floatTensor, intTensor, type Session, type Tensor } from '../runtime/ortRuntime.js';

/** Logits of one row take V floats, several times over, so rows go through the head in parts. */
const CHUNK = 64;

export interface HeadRow extends LogitStatistics {
  /** The ordinary logits of `<mask>` and `<eom>`, where the graph has them. */
  readonly controls: readonly number[];
  /** The logit of `<eom>` by its own row. */
  readonly end: number;
  /** The logit of the wanted id. */
  readonly target: number;
}

/** A mixture (1 - mix) * logits of row `denoiser` + mix * logits of row `encoder`, over `allowed` ids only where given. */
export interface FirstRow {
  readonly denoiser: number;
  readonly encoder: number;
  readonly allowed: readonly number[] | undefined;
}

export interface HeadRequest {
  /** Normed hidden states, [D] each. */
  readonly rows: readonly Float32Array[];
  /** One wanted id for each row; absent = not asked. */
  readonly targets?: readonly number[];
  /** Mixtures; the rows they name must be among the first 64. */
  readonly firsts?: readonly FirstRow[];
  readonly mix?: number;
  /** Whether all logits are wanted, absent = no. */
  readonly all?: boolean;
}

export interface HeadAnswer {
  readonly rows: readonly HeadRow[];
  readonly firsts: readonly LogitStatistics[];
}

/** Runs the output layer over normed hidden states. */
export class HeadRunner {
  constructor(
    private readonly session: Session,
    private readonly sizes: { readonly hiddenSize: number; readonly vocabularySize: number },
  ) {}

  async run(request: HeadRequest): Promise<HeadAnswer> {
    const rows: HeadRow[] = [];
    const firsts: LogitStatistics[] = [];
    for (let start = 0; start < request.rows.length; start += CHUNK) {
      const end = start + CHUNK;
      const answer = await this.#runChunk({
        rows: request.rows.slice(start, end),
        targets: request.targets?.slice(start, end) ?? [],
        firsts: start === 0 ? (request.firsts ?? []) : [],
        mix: request.mix ?? 0,
        all: request.all ?? false,
      });
      rows.push(...answer.rows);
      firsts.push(...answer.firsts);
    }
    return { rows, firsts };
  }

  async #runChunk(request: Required<HeadRequest>): Promise<HeadAnswer> {
    const { hiddenSize } = this.sizes;
    const count = request.rows.length;
    const rows = new Float32Array(count * hiddenSize);
    request.rows.forEach((row, index) => rows.set(row, index * hiddenSize));
    const targets = Int32Array.from({ length: count }, (_, index) => request.targets[index] ?? 0);
    // There is always something to mix: TopK over no rows at all would end the process (division by zero in onnxruntime 1.30).
    const firsts = request.firsts.length > 0 ? request.firsts : [{ denoiser: 0, encoder: 0, allowed: undefined }];
    const wanted = (length: number): Tensor => {
      const indices = request.all ? Array.from({ length }, (_, index) => index) : [];
      return intTensor(indices, [indices.length]);
    };
    const outputs = await this.session.run({
      rows: floatTensor(rows, [count, hiddenSize]),
      targets: intTensor(targets, [count, 1]),
      denoiserRows: intTensor(
        firsts.map((first) => first.denoiser),
        [firsts.length],
      ),
      encoderRows: intTensor(
        firsts.map((first) => first.encoder),
        [firsts.length],
      ),
      mix: floatTensor(Float32Array.of(request.mix), [1]),
      restriction: this.#restriction(firsts),
      wanted: wanted(count),
      'first.wanted': wanted(request.firsts.length),
    });
    const controls = outputs['controls'] && numbers(outputs['controls']);
    const ends = numbers(outputs['end']!);
    const target = numbers(outputs['target']!);
    return {
      rows: statistics(outputs, '', count).map((row, index) => ({
        ...row,
        controls: controls ? [controls[2 * index]!, controls[2 * index + 1]!] : [],
        end: ends[index]!,
        target: target[index]!,
      })),
      firsts: statistics(outputs, 'first.', request.firsts.length),
    };
  }

  #restriction(firsts: readonly FirstRow[]): Tensor {
    if (firsts.every((first) => first.allowed === undefined)) {
      return floatTensor(new Float32Array(firsts.length), [firsts.length, 1]);
    }
    const { vocabularySize } = this.sizes;
    const data = new Float32Array(firsts.length * vocabularySize);
    firsts.forEach(({ allowed }, index) => {
      if (allowed === undefined) return;
      const row = data.subarray(index * vocabularySize, (index + 1) * vocabularySize).fill(RULED_OUT);
      for (const id of allowed) row[id] = 0;
    });
    return floatTensor(data, [firsts.length, vocabularySize]);
  }
}
