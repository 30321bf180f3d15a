import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { ChosenService } from '../../inference/choice/chosenService.js';
import type { ElsewhereSource } from '../../inference/choice/elsewhere.js';
import { InferenceClient, type WorkerState } from '../../inference/host/client.js';
import type { InfillService } from '../../inference/host/infillService.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ModelSteps } from '../../shared/protocol.js';
import { serverSource } from '../server/serverSource.js';
import { setServerToken } from '../server/setServerToken.js';
import { Elsewhere } from './elsewhere.js';
import { ModelControl } from './modelControl.js';
import { modelFolder } from '../../modelStore/modelFolder.js';
import { Latency } from './latency.js';
import { StepTimes } from './stepTimes.js';

/** For what it computes on when it is let go. When one that works counts as stuck is another question, see Patience. */
const GRACE_MS = 15_000;

/** Who fills in, as the rest of the extension sees it. */
export interface Inference {
  readonly service: InfillService;
  /** Asks for the token of the server that the settings name. */
  readonly setServerToken: () => Promise<void>;
  /** Keeps the process in line with the settings. */
  readonly control: ModelControl;
  /** How long answers of the model in use take. */
  readonly latency: Latency;
  /** How long they take with each number of steps, where a person wanted to know. */
  readonly stepTimes: StepTimes;
  /** What the model in use says of steps; undefined until it was loaded once. */
  readonly modelSteps: () => ModelSteps | undefined;
  /** The folder of the model that is loaded on this machine, and the device that computes; undefined where another place answers. */
  readonly loaded: () => { readonly folder: string; readonly device: string } | undefined;
  readonly onState: vscode.Event<WorkerState>;
  /** What the process's index of the project's texts holds, after changes of it. */
  readonly onProjectStats: vscode.Event<ProjectStats>;
  /** Another model, device, number of threads or place: answers of before hold no more. */
  readonly onModelChange: vscode.Event<void>;
  /** Ends the process. */
  readonly dispose: () => Promise<void>;
}

/**
 * Starts no process: that happens when the model is first needed.
 *
 * @param sources places other than this machine, before a server; the first that is wanted counts
 */
export function createInference(
  { extensionPath, secrets }: Pick<vscode.ExtensionContext, 'extensionPath' | 'secrets'>,
  log: vscode.LogOutputChannel,
  sources: readonly ElsewhereSource[] = [],
): Inference {
  const states = new vscode.EventEmitter<WorkerState>();
  const changes = new vscode.EventEmitter<void>();
  const stats = new vscode.EventEmitter<ProjectStats>();
  const latency = new Latency();
  let modelSteps: ModelSteps | undefined;
  const changed = (): void => {
    latency.clear();
    stepTimes.clear();
    modelSteps = undefined;
    changes.fire();
  };
  const client = new InferenceClient({
    workerPath: path.join(extensionPath, 'dist', 'worker.cjs'),
    relayPath: path.join(extensionPath, 'dist', 'relay.cjs'),
    graceMs: GRACE_MS,
    idleMs: 0, // set from the settings
    onState: (state) => chosen.localChanged(state),
    onProject: (each) => stats.fire(each),
    log: (level, text) => log[level](text),
  });
  const chosen = new ChosenService({
    local: client,
    onState: (state) => {
      modelSteps = state.info?.steps ?? modelSteps;
      states.fire(state);
    },
    onProject: (each) => stats.fire(each),
    onChange: changed,
  });
  const stepTimes = new StepTimes(chosen);
  const control = new ModelControl({
    service: chosen,
    folderOf: (setting) => modelFolder(setting, { root: extensionPath, base: homedir() }),
    onChange: changed,
    log: (text) => log.error(text),
  });
  const elsewhere = new Elsewhere(chosen, [...sources, serverSource(secrets, log)], secrets);
  return {
    service: chosen,
    setServerToken: () => setServerToken(secrets),
    control,
    latency,
    stepTimes,
    modelSteps: () => modelSteps,
    loaded: () => {
      const { info, place } = chosen.state;
      return info === undefined || place !== undefined ? undefined : { folder: control.folder, device: info.device };
    },
    onState: states.event,
    onProjectStats: stats.event,
    onModelChange: changes.event,
    dispose: async () => {
      elsewhere.dispose();
      await Promise.all([chosen.dispose(), client.dispose()]);
      states.dispose();
      changes.dispose();
      stats.dispose();
    },
  };
}
