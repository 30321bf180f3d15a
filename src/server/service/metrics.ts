import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RunReport } from '../../shared/outcome.js';
import type { FairTurns } from '../turns/fairTurns.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How often the event loop is looked at, milliseconds: a server that nobody asks hardly wakes up. */
const LOOP_LOOK_MS = 500;

/** What a server counts and times. Nothing of a request's text has a part in it. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: 'infill_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });
  readonly #seconds = new Histogram({
    name: 'infill_request_seconds',
    help: 'From the head of a request to its answer, waiting for its turn included.',
    labelNames: ['route'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #compute = new Histogram({
    name: 'infill_compute_seconds',
    help: 'Of the engine alone.',
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #tokens = new Counter({
    name: 'infill_context_tokens_total',
    help: 'Tokens of prefixes and suffixes that were read, and that had been read before.',
    labelNames: ['from'],
    registers: [this.registry],
  });
  readonly #steps = new Counter({
    name: 'infill_steps_total',
    help: 'Denoising steps.',
    registers: [this.registry],
  });

  constructor(turns: Pick<FairTurns, 'waiting' | 'isComputing'>) {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LOOP_LOOK_MS });
    new Gauge({
      name: 'infill_requests_waiting',
      help: 'Requests that wait for their turn.',
      registers: [this.registry],
      collect() {
        this.set(turns.waiting);
      },
    });
    new Gauge({
      name: 'infill_requests_computing',
      help: 'Requests that compute.',
      registers: [this.registry],
      collect() {
        this.set(Number(turns.isComputing));
      },
    });
  }

  computed({ ms, encodedTokens, reusedTokens, stepsUsed }: RunReport): void {
    this.#compute.observe(ms.total / 1000);
    this.#tokens.inc({ from: 'reading' }, encodedTokens);
    this.#tokens.inc({ from: 'cache' }, reusedTokens);
    this.#steps.inc(stepsUsed);
  }

  /** @param route one of a few, never a path that somebody made up */
  answered(route: string, status: number, ms: number): void {
    this.#requests.inc({ route, status });
    this.#seconds.observe({ route }, ms / 1000);
  }
}
