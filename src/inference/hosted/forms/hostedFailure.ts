/** What went wrong on the way to a hosted model. Names nothing of what was sent, nor the key. */
export type HostedTrouble =
  | { readonly kind: 'no-key' }
  /** An answer that is no success. `code`: the provider's own word for it, '' where it has none. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly code: string;
      readonly retryAfterMs: number | undefined;
    }
  /** `code`: the system's word for it, such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'silent'; readonly ms: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'too-large'; readonly bytes: number }
  /** `what`: which part is not as the provider's form has it. */
  | { readonly kind: 'form'; readonly what: string };

export class HostedFailure extends Error {
  override readonly name = 'HostedFailure';

  constructor(readonly trouble: HostedTrouble) {
    super(trouble.kind);
  }
}
