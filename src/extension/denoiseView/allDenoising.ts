import type * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/clientState.js';
import { createDenoising, type Denoising } from '../denoise/denoising.js';
import { ComputingKey } from './computingKey.js';
import { DenoiseView, type DenoiseViewParts } from './denoiseView.js';

/** Denoise Selection, and the view that shows how a text is denoised. */
export interface AllDenoising extends Denoising {
  readonly view: DenoiseView;
}

/** @param parts `onState` is fired with what the inference process does, whenever that changes */
export function createAllDenoising(
  parts: Parameters<typeof createDenoising>[0] & DenoiseViewParts & { readonly onState: vscode.Event<WorkerState> },
): AllDenoising {
  const denoising = createDenoising(parts);
  const key = new ComputingKey();
  const view = new DenoiseView(parts);
  const owned = [denoising, view, key, parts.onState((state) => key.update(state))];
  return { ...denoising, view, dispose: () => owned.forEach((each) => void each.dispose()) };
}
