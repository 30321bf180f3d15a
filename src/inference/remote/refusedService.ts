import type { InfillError } from '../../shared/infillError.js';
import type { ElsewhereService } from '../choice/elsewhere.js';
import type { ServicePlace, WorkerState } from '../host/clientState.js';
import { JobVerbs } from '../host/jobVerbs.js';

/** Stands for a server that is not even asked, because of what is said of it: it says why, and nothing else. */
export class RefusedService extends JobVerbs implements ElsewhereService {
  readonly state: WorkerState;

  /** @param place as it can be told */
  constructor(
    private readonly error: InfillError,
    place: ServicePlace,
  ) {
    super();
    this.state = { kind: 'failed', detail: error.describe(), error, place };
  }

  load(): Promise<never> {
    return this.submit();
  }

  restart(): Promise<never> {
    return this.submit();
  }

  feedProject(): Promise<boolean> {
    return Promise.resolve(false);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  protected submit(): Promise<never> {
    return Promise.reject(this.error);
  }
}
