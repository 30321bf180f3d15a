import type { InfillService } from '../../inference/host/infillService.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { InfillRequest } from '../../shared/infillRequest.js';
import type { RunReport } from '../../shared/outcome.js';
import { type Estimate, Latency } from './latency.js';

/** Each number of steps is measured so often; its time is the median. */
const ROUNDS = 3;
/** A slow model is not kept busy for longer: what was not measured once by then is estimated from what was, or is not measured again. */
const FIRST_ROUND_MS = 12_000;
const ALL_ROUNDS_MS = 4000;

/**
 * A file as people have them; what is missing takes a line and several steps. The number makes each request another one, so that each
 * has something new to read, as when a person types, and knows all else.
 */
const before = (request: number): string => `import { readFile } from 'node:fs/promises';

interface Order {
  readonly id: number;
  readonly customer: string;
  readonly items: readonly { readonly name: string; readonly price: number; readonly count: number }[];
}

/** Reads all orders from a file, the newest first. */
export async function readOrders(file: string): Promise<Order[]> {
  const orders = JSON.parse(await readFile(file, 'utf8')) as Order[];
  return orders.sort((a, b) => b.id - a.id);
}

export function totalOf(order: Order): number {
  let total = 0;
  for (const item of order.items) {
    total += item.price * item.count;
  }
  return total;
}

export function customersOf(orders: readonly Order[]): string[] {
  const names = new Set<string>();
  for (const order of orders) {
    // ${String(request)}
    names.`;
const AFTER = `
  }
  return [...names].sort();
}

export function largest(orders: readonly Order[]): Order | undefined {
  return orders.toSorted((a, b) => totalOf(b) - totalOf(a))[0];
}
`;
/** Requests before the first that is measured. */
const WARM_UPS = 2;

export interface Measuring {
  /** Numbers of steps. */
  readonly numbers: readonly number[];
  /** Those of suggestions while typing; their own number of steps does not count. */
  readonly options: InfillOptions;
  readonly signal: AbortSignal;
  /** After each request that says more. */
  readonly onMeasured: () => void;
}

/**
 * How long a suggestion takes with each number of steps: all of them for the same text and in the same state, that of a person who
 * goes on typing, reading what was typed included. Requests of a person go first and end the measuring.
 */
export class StepTimes {
  private readonly latency = new Latency();
  private requests = 0;

  constructor(
    private readonly service: Pick<InfillService, 'infill' | 'state'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Of a number of steps, or undefined before the first measurement. */
  estimate(steps: number): Estimate | undefined {
    return this.latency.estimate(steps);
  }

  /** Throws what a request throws. Nothing measured before is forgotten. */
  async measure({ numbers, options, signal, onMeasured }: Measuring): Promise<void> {
    const most = Math.max(...numbers);
    // What loads the model and reads the context is waited for once in a session; all passes have run by then.
    for (let i = 0; i < WARM_UPS; i++) {
      if ((await this.run(most, options, signal)) === undefined) return;
    }
    const startedAt = this.now();
    for (let round = 0; round < ROUNDS; round++) {
      for (const steps of numbers) {
        if (this.now() - startedAt > (round === 0 ? FIRST_ROUND_MS : ALL_ROUNDS_MS)) return;
        const report = await this.run(steps, options, signal);
        if (report === undefined) return;
        this.latency.add(steps, report);
        onMeasured();
      }
    }
  }

  /** Another model, device or number of threads. */
  clear(): void {
    this.latency.clear();
  }

  /** The report of a request, undefined where it was not answered. */
  private async run(steps: number, options: InfillOptions, signal: AbortSignal): Promise<RunReport | undefined> {
    const { deadlineMs: _, ...others } = options;
    const request: InfillRequest = {
      context: {
        prefix: before(this.requests++),
        prefixOffset: 0,
        suffix: AFTER,
        languageId: 'typescript',
        eol: '\n',
        indentUnit: '  ',
      },
      options: { ...others, steps, candidates: 1, minConfidence: 0, trace: false },
    };
    // A hosted model has no steps, and each request costs.
    if (signal.aborted || this.service.state.place?.kind === 'hosted') return undefined;
    const outcome = await this.service.infill(request, { signal });
    const isAnswered = outcome.kind !== 'none' || !['cancelled', 'superseded'].includes(outcome.reason);
    return isAnswered ? outcome.report : undefined;
  }
}
