import path from 'node:path';
import type * as vscode from 'vscode';
import { StoreClient } from '../../inference/host/storeClient.js';
import type { Inference } from '../runtime/inference.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { HubToken } from './hubToken.js';
import { ManageModels } from './manageModels.js';

/** A cancelled import finishes the block that it is at, and an answer of the model that it compares with. */
const GRACE_MS = 60_000;

export interface ModelsParts {
  readonly context: Pick<vscode.ExtensionContext, 'extensionPath' | 'secrets'>;
  /** The person's data folder. */
  readonly data: string;
  readonly inference: Inference;
  readonly notice: ErrorNotice;
  readonly log: vscode.LogOutputChannel;
}

/** The models on this machine: what lists, adds and removes them, and the token for the hub. */
export interface Models {
  readonly manager: ManageModels;
  readonly hubToken: HubToken;
  /** Ends the process that works on models. */
  readonly dispose: () => void;
}

/** Starts no process: that happens when a person manages models. */
export function createModels({ context, data, inference, notice, log }: ModelsParts): Models {
  const { service, control, latency } = inference;
  const { extensionPath: root } = context;
  const hubToken = new HubToken(context.secrets);
  const store = new StoreClient({
    workerPath: path.join(root, 'dist', 'store.cjs'),
    graceMs: GRACE_MS,
    log: (level, text) => log[level](text),
  });
  const usedFolder = (): string => control.folder;
  const manager = new ManageModels({
    store,
    folders: { root, data },
    service,
    latency,
    usedFolder,
    token: hubToken,
    notice,
  });
  return { manager, hubToken, dispose: () => store.dispose() };
}
