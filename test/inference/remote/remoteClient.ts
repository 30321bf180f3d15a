import type { WorkerState } from '../../../src/inference/host/clientState.js';
import { RemoteService, type RemoteServiceOptions } from '../../../src/inference/remote/remoteService.js';
import { serverAddress } from '../../../src/inference/remote/serverAddress.js';
import type { ProjectStats } from '../../../src/shared/projectDocument.js';

export interface RemoteClient extends AsyncDisposable {
  readonly service: RemoteService;
  readonly states: WorkerState[];
  readonly stats: ProjectStats[];
  readonly logged: string[];
}

/** A window's side, which tries again soon. */
export function remoteClient(url: string, options: Partial<RemoteServiceOptions> = {}): RemoteClient {
  const states: WorkerState[] = [];
  const stats: ProjectStats[] = [];
  const logged: string[] = [];
  const service = new RemoteService({
    address: serverAddress(url),
    token: () => Promise.resolve(''),
    onState: (state) => states.push(state),
    onProject: (each) => stats.push(each),
    log: (level, text) => logged.push(`${level} ${text}`),
    retries: { firstMs: 50, mostMs: 200 },
    ...options,
  });
  return { service, states, stats, logged, [Symbol.asyncDispose]: () => service.dispose() };
}
