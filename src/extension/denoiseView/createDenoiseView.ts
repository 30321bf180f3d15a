import type * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/clientState.js';
import { ComputingKey } from './computingKey.js';
import { DenoiseView, type DenoiseViewParts } from './denoiseView.js';

export interface CreateDenoiseViewParts extends DenoiseViewParts {
  /** What the inference process does, whenever that changes. */
  readonly onState: vscode.Event<WorkerState>;
}

/** The denoise view, and the key that shows a button for it while a request is computed. */
export function createDenoiseView({ onState, ...parts }: CreateDenoiseViewParts): DenoiseView {
  const key = new ComputingKey();
  const view = new DenoiseView(parts, [key, onState((state) => key.update(state))]);
  return view;
}
