/** What went wrong, in a form that messages, tests and the process boundary can share. */
export type ErrorCode =
  | 'model-missing' // no model folder, or a file of it is absent
  | 'model-corrupt' // hash, length, shape or JSON is wrong
  | 'model-unsupported' // a well-formed model of a kind this version cannot run
  | 'device-unavailable' // the requested execution provider does not start here
  | 'runtime-missing' // onnxruntime's native library cannot be loaded
  | 'invalid-request' // an option or a text is out of range
  | 'worker-died' // the inference process ended unexpectedly
  | 'worker-stuck' // the inference process stopped answering and was ended
  | 'download-failed' // the hub cannot be reached, refuses, or sends something else than it announced
  | 'unreachable' // the place that was set to compute does not answer, or not as it has to
  | 'refused' // it wants another token or key, or has had enough for now
  | 'cancelled'
  | 'internal';

/** An error for a person: `message` names the thing, `remedy` says what to do about it. */
export class InfillError extends Error {
  override readonly name = 'InfillError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Message and remedy in one text. */
  describe(): string {
    return this.remedy === '' ? this.message : `${this.message} ${this.remedy}`;
  }
}
