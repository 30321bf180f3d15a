import { recordSpeed } from '../../modelStore/measuredSpeed.js';
import type { RequestLog } from './requestLog.js';
import type { Inference } from '../runtime/inference.js';
import type { Latency } from '../runtime/latency.js';

/** The first measurements still hold warming up; afterwards the speed changes little. */
const FIRST_AFTER = 5;
const EVERY = 50;

export interface RememberSpeedParts {
  readonly latency: Pick<Latency, 'stepMs'>;
  /** The person's data folder. */
  readonly data: string;
  readonly loaded: Inference['loaded'];
  readonly log: (text: string) => void;
  readonly record?: typeof recordSpeed;
}

/** Writes down now and then how fast the model is here, for lists of models in later windows and on the command line. */
export function rememberSpeed(requests: RequestLog, parts: RememberSpeedParts): { dispose: () => void } {
  const { latency, data, loaded, log, record = recordSpeed } = parts;
  let folder: string | undefined;
  let computed = 0;
  return requests.onAdd(({ source }) => {
    const model = loaded();
    if (source !== 'model' || model === undefined) {
      return;
    }
    computed = model.folder === folder ? computed + 1 : 1;
    folder = model.folder;
    if (computed % EVERY === FIRST_AFTER && latency.stepMs !== undefined) {
      record(data, model.folder, { msPerStep: latency.stepMs, device: model.device }).catch((error: unknown) =>
        log(`The model's speed was not written down: ${String(error)}`),
      );
    }
  });
}
