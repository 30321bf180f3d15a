import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ServicePlace, WorkerState } from '../host/clientState.js';
import type { InfillService } from '../host/infillService.js';

/** What of a service whoever asks it needs, wherever it is. */
export type Answering = Omit<InfillService, 'pid' | 'configure' | 'setSharing' | 'setIdleMs' | 'memory'>;

/**
 * Fills in on another machine. Each state that it tells has its `place`. It is `failed`, with the error, as soon as it cannot answer, and
 * leaves that state by itself once it can again; whoever has nothing to ask costs nothing meanwhile.
 */
export interface ElsewhereService extends Answering {
  /** Closes what is open. What was pending ends as cancelled. */
  dispose(): Promise<void>;
}

/** A place other than this machine that a person may have set. */
export interface ElsewhereSource {
  readonly kind: ServicePlace['kind'];
  /** All that the service and `fallsBack` depend on besides secrets, as one text; undefined = it is not wanted, or not allowed. */
  readonly key: () => string | undefined;
  /** Whether the secret of that name is one that the service depends on. */
  readonly usesSecret: (name: string) => boolean;
  /** Whether this machine answers while the place does not. */
  readonly fallsBack: () => boolean;
  /**
   * A service for what `key` says now. It reads secrets when it first needs them.
   *
   * @param onState told of every change of its state
   * @param onProject told what it holds of the project's texts, where it holds any
   */
  readonly create: (
    onState: (state: WorkerState) => void,
    onProject: (stats: ProjectStats) => void,
  ) => ElsewhereService;
  /** Tells that `key` may say something else, for another reason than settings, secrets or trust. */
  readonly onChange?: (listener: () => void) => { dispose: () => unknown };
}
