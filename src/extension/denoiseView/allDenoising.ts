import type * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/clientState.js';
import { createDenoising, type Denoising } from '../denoise/denoising.js';
import { FillEveryCursor } from '../holes/fillEveryCursor.js';
import { ComputingKey } from './computingKey.js';
import { DenoiseView, type DenoiseViewParts } from './denoiseView.js';

/** Denoise Selection, the view that shows how a text is denoised, and texts for every cursor, which are reviewed likewise. */
export interface AllDenoising extends Denoising {
  readonly view: DenoiseView;
  readonly filler: FillEveryCursor;
}

/** @param parts `onState` is fired with what the inference process does, whenever that changes */
export function createAllDenoising(
  parts: Parameters<typeof createDenoising>[0] & DenoiseViewParts & { readonly onState: vscode.Event<WorkerState> },
): AllDenoising {
  const denoising = createDenoising(parts);
  const key = new ComputingKey();
  const view = new DenoiseView(parts);
  const filler = new FillEveryCursor({ ...parts, review: denoising.review });
  const owned = [denoising, filler, view, key, parts.onState((state) => key.update(state))];
  return { ...denoising, view, filler, dispose: () => owned.forEach((each) => void each.dispose()) };
}
