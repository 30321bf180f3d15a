import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { InferenceClient, type WorkerState } from '../../inference/host/client.js';
import type { InfillService } from '../../inference/host/infillService.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ModelSteps } from '../../shared/protocol.js';
import { ModelControl } from './modelControl.js';
import { modelFolder } from '../../modelStore/modelFolder.js';
import { Latency } from './latency.js';
import { StepTimes } from './stepTimes.js';

/** For what it computes on when it is let go. When one that works counts as stuck is another question, see Patience. */
const GRACE_MS = 15_000;

/** The inference process as the rest of the extension sees it. */
export interface Inference {
  readonly service: InfillService;
  /** Keeps the process in line with the settings. */
  readonly control: ModelControl;
  /** How long answers of the model in use take. */
  readonly latency: Latency;
  /** How long they take with each number of steps, where a person wanted to know. */
  readonly stepTimes: StepTimes;
  /** What the model in use says of steps; undefined until it was loaded once. */
  readonly modelSteps: () => ModelSteps | undefined;
  /** The folder of the model that is loaded, and the device that computes. */
  readonly loaded: () => { readonly folder: string; readonly device: string } | undefined;
  readonly onState: vscode.Event<WorkerState>;
  /** What the process's index of the project's texts holds, after changes of it. */
  readonly onProjectStats: vscode.Event<ProjectStats>;
  /** Another model, device or number of threads: answers of before hold no more. */
  readonly onModelChange: vscode.Event<void>;
  /** Ends the process. */
  readonly dispose: () => Promise<void>;
}

/** Starts no process: that happens when the model is first needed. */
export function createInference(extensionFolder: string, log: vscode.LogOutputChannel): Inference {
  const states = new vscode.EventEmitter<WorkerState>();
  const changes = new vscode.EventEmitter<void>();
  const stats = new vscode.EventEmitter<ProjectStats>();
  const latency = new Latency();
  let modelSteps: ModelSteps | undefined;
  const client = new InferenceClient({
    workerPath: path.join(extensionFolder, 'dist', 'worker.cjs'),
    relayPath: path.join(extensionFolder, 'dist', 'relay.cjs'),
    graceMs: GRACE_MS,
    idleMs: 0, // set from the settings
    onState: (state) => {
      modelSteps = state.info?.steps ?? modelSteps;
      states.fire(state);
    },
    onProject: (each) => stats.fire(each),
    log: (level, text) => log[level](text),
  });
  const stepTimes = new StepTimes(client);
  const control = new ModelControl({
    service: client,
    folderOf: (setting) => modelFolder(setting, { root: extensionFolder, base: homedir() }),
    onChange: () => {
      latency.clear();
      stepTimes.clear();
      modelSteps = undefined;
      changes.fire();
    },
    log: (text) => log.error(text),
  });
  return {
    service: client,
    control,
    latency,
    stepTimes,
    modelSteps: () => modelSteps,
    loaded: () => {
      const { info } = client.state;
      return info === undefined ? undefined : { folder: control.folder, device: info.device };
    },
    onState: states.event,
    onProjectStats: stats.event,
    onModelChange: changes.event,
    dispose: async () => {
      await client.dispose();
      states.dispose();
      changes.dispose();
      stats.dispose();
    },
  };
}
