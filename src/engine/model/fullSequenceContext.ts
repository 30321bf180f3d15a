import { InfillError } from '../../shared/infillError.js';
import { plainDistribution, toPrediction } from './distribution.js';
import type { FullSequenceParts } from './loadFullSequence.js';
import { NO_TOKEN, type LaneQuery, type ModelContext, type RowPrediction } from './modelContract.js';
import { rowFromOutputs } from './rowFromOutputs.js';

/** A lane's tokens with its context around them, and where its answers are. */
interface Sequence {
  readonly lane: number;
  readonly query: LaneQuery;
  readonly ids: readonly number[];
  /** For each asked position the row that predicts it. */
  readonly rows: readonly number[];
}

/** A prefix and a suffix between which canvases are denoised. Nothing is kept between passes: results are exact. */
export class FullSequenceContext implements ModelContext {
  readonly encodedTokens: number;
  readonly reusedTokens = 0;
  #isOpen = true;

  constructor(
    private readonly parts: FullSequenceParts,
    private readonly prefix: readonly number[],
    private readonly suffix: readonly number[],
  ) {
    this.encodedTokens = prefix.length + suffix.length;
  }

  close(): void {
    this.#isOpen = false;
  }

  async predict(lanes: readonly LaneQuery[]): Promise<readonly (readonly RowPrediction[])[]> {
    if (!this.#isOpen) throw new Error('this context was closed by a later one');
    const answers: (readonly RowPrediction[])[] = lanes.map(() => []);
    const asked = lanes.flatMap((query, lane) => (query.positions.length > 0 ? [this.#sequence(query, lane)] : []));
    for (const batch of batches(asked)) {
      const predictions = await this.#predictBatch(batch);
      batch.forEach(({ lane }, b) => (answers[lane] = predictions[b]!));
    }
    return answers;
  }

  absorb(): Promise<void> {
    return Promise.reject(
      new InfillError(
        'invalid-request',
        'A full-sequence model has no encoder that could absorb tokens.',
        'Set recommended.absorb to false in its manifest.',
      ),
    );
  }

  /** Tokens that this model does not have, such as the fill after a middle without `<eom>`, are no part of what it reads. */
  #sequence(query: LaneQuery, lane: number): Sequence {
    const { architecture, limits } = this.parts.manifest;
    if (query.canvas.length > limits.canvas) {
      const message = `The canvas has ${query.canvas.length} positions; the model takes ${limits.canvas}.`;
      throw new InfillError('invalid-request', message, 'Shorten the request.');
    }
    const ids = [...this.prefix];
    const rowOf = query.canvas.map((id) => (id === NO_TOKEN ? NO_TOKEN : ids.push(id) - 1));
    const rows = query.positions.map((position) => {
      const row = rowOf[position] ?? NO_TOKEN;
      if (row === NO_TOKEN)
        throw new Error(`position ${position} of the canvas holds no token that could be predicted`);
      // The first row of all is predicted by itself, as in Dream's sampler.
      return architecture.shift ? Math.max(0, row - 1) : row;
    });
    ids.push(...this.suffix);
    return { lane, query, ids, rows };
  }

  async #predictBatch(batch: readonly Sequence[]): Promise<RowPrediction[][]> {
    const { network, vocabulary } = this.parts;
    const hidden = await network.run({
      sequences: batch.map(({ ids }) => ids),
      wanted: batch.map(({ rows }) => rows),
      sigma: this.#sigma(batch[0]!.query),
    });
    const asked = batch.flatMap(({ query }, b) => query.positions.map((position) => ({ b, query, position })));
    const needsWhole = asked.map(({ query, position }) => this.#needsWhole(query, position));
    const logits = (await vocabulary.logits(hidden.filter((_, i) => needsWhole[i]!))).values();
    const statistics = (await vocabulary.statistics(hidden.filter((_, i) => !needsWhole[i]!))).values();
    const answers = batch.map((): RowPrediction[] => []);
    asked.forEach(({ b, query, position }, i) => {
      answers[b]!.push(
        needsWhole[i]!
          ? this.#wholeRow(query, position, logits.next().value!)
          : toPrediction(position, plainDistribution(statistics.next().value!)),
      );
    });
    return answers;
  }

  #needsWhole({ wantDistribution, allowedFirst }: LaneQuery, position: number): boolean {
    const isScore = this.parts.manifest.architecture.parameterization === 'score';
    return wantDistribution === true || isScore || (position === 0 && allowedFirst !== undefined);
  }

  #wholeRow(query: LaneQuery, position: number, logits: Float32Array): RowPrediction {
    const { architecture, tokens } = this.parts.manifest;
    const isScore = architecture.parameterization === 'score';
    return rowFromOutputs(position, logits, {
      mask: tokens.mask ?? NO_TOKEN,
      allowed: position === 0 ? query.allowedFirst : undefined,
      score: isScore ? { current: query.canvas[position]!, shift: this.#scoreShift(query) } : undefined,
      wantDistribution: query.wantDistribution === true,
    });
  }

  /** SEDD divides the scores of its absorbing networks by (e^sigma - 1) times the number of real tokens. */
  #scoreShift(query: LaneQuery): number {
    const { scaleBySigma, vocabularySize } = this.parts.manifest.architecture;
    if (!scaleBySigma) return 0;
    return Math.log(Math.expm1(this.#noise(query).sigma)) + Math.log(vocabularySize - 1);
  }

  #sigma(query: LaneQuery): number | undefined {
    return this.parts.manifest.architecture.timeInput === 'sigma' ? this.#noise(query).sigma : undefined;
  }

  #noise({ noise }: LaneQuery): { readonly sigma: number } {
    if (noise !== undefined) return noise;
    throw new InfillError(
      'invalid-request',
      'This network has to be told the noise level, and the sampler knows none.',
      'Choose a sampler with a noise schedule, such as "sedd-analytic".',
    );
  }
}

/** Sequences that can be computed together: as long, and equally noisy. */
function batches(sequences: readonly Sequence[]): Iterable<readonly Sequence[]> {
  const groups = new Map<string, Sequence[]>();
  for (const sequence of sequences) {
    const key = `${sequence.ids.length} ${sequence.query.noise?.sigma ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sequence]);
    else group.push(sequence);
  }
  return groups.values();
}
