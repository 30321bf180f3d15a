import { measuredMachine } from '../../engine/network/measuredMachine.js';
import { topTokenAgreement } from '../../engine/compareModels.js';
import { addModel } from '../../modelStore/add/addModel.js';
import { discardKept, keptImport, keptImports } from '../../modelStore/add/keptImports.js';
import { availableMemory } from '../../modelStore/availableMemory.js';
import { availableModels } from '../../modelStore/catalogue/availableModels.js';
import { withCheckpointFloats } from '../../modelStore/convert/checkpointFloats.js';
import { convertCheckpoint } from '../../modelStore/convert/convertCheckpoint.js';
import { inspectCheckpoint } from '../../modelStore/convert/inspectCheckpoint.js';
import { describeModels } from '../../modelStore/describeModels.js';
import { hubAccess } from '../../modelStore/hub/hubAccess.js';
import { listModels } from '../../modelStore/listModels.js';
import { removeModel } from '../../modelStore/removeModel.js';
import { verifyInstalledModel } from '../../modelStore/verifyInstalledModel.js';
import type { AddProgress } from '../../shared/modelImport.js';
import type { StoreResult, StoreTask } from '../../shared/storeProtocol.js';

export interface StoreRun {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AddProgress) => void;
}

/** Carries out a task of the store process. Throws InfillError, or the signal's reason. */
export async function performStoreTask(task: StoreTask, { env, signal, onProgress }: StoreRun): Promise<StoreResult> {
  const { root, data } = task;
  switch (task.type) {
    case 'list':
      return {
        type: 'list',
        models: await describeModels(root, data),
        freeMemory: availableMemory(),
        kept: await keptImports(data),
      };
    case 'available': {
      const [added, speed] = await Promise.all([listModels(root, data), measuredMachine()]);
      return { type: 'available', models: availableModels(added, speed), freeMemory: availableMemory() };
    }
    case 'verify': {
      const { error, ms } = await verifyInstalledModel(task.folder, data, signal);
      if (error !== undefined) {
        throw error;
      }
      return { type: 'verify', ms };
    }
    case 'remove':
      return { type: 'remove', ...(await removeModel(task.name, root, data)) };
    case 'kept': {
      const kept = await keptImport(data, task.source);
      return { type: 'kept', kept: kept === undefined ? [] : [kept] };
    }
    case 'discard':
      return { type: 'discard', kept: await discardKept(data, task.source, signal) };
    case 'add': {
      const outcome = await addModel(task.request, {
        root,
        data,
        hub: hubAccess(env, task.token),
        inspect: inspectCheckpoint,
        convert: convertCheckpoint,
        compare: async (folder, checkpoint, run) => ({
          kind: 'measured',
          ...(await withCheckpointFloats(checkpoint, async (floats) => topTokenAgreement(folder, floats, run))),
        }),
        freeMemory: availableMemory,
        signal,
        onProgress,
      });
      return { type: 'add', outcome };
    }
  }
}
