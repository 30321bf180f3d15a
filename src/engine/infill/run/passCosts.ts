import type { PassKind } from '../../../shared/outcome.js';

/** How much the newest measurement counts: about the last five decide. */
const NEWEST = 0.3;

/** What passes of each kind cost on this computer with this model, learned while requests run. */
export class PassCosts {
  readonly #ms = new Map<PassKind, number>();

  /** Expected milliseconds; 0 while none was measured. */
  of(kind: PassKind): number {
    return this.#ms.get(kind) ?? 0;
  }

  learn(kind: PassKind, ms: number): void {
    const known = this.#ms.get(kind);
    this.#ms.set(kind, known === undefined ? ms : known + NEWEST * (ms - known));
  }
}
