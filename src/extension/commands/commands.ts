import * as vscode from 'vscode';
import type { InferenceClient } from '../../inference/host/client.js';
import type { DenoiseSelection } from '../denoise/denoiseSelection.js';
import type { ProposalReview } from '../denoise/proposalReview.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { copyDiagnostics, type DiagnosticParts } from '../log/copyDiagnostics.js';
import type { HubToken } from '../modelManager/hubToken.js';
import type { ManageModels } from '../modelManager/manageModels.js';
import { whyNothing } from '../log/whyNothing.js';
import { enableInlineSuggest } from '../settings/configuration.js';
import { showMenu } from '../status/menu.js';
import { openExample } from './example.js';
import { restart } from './restart.js';
import { setSteps } from './setSteps.js';
import { toggle } from './toggle.js';
import { trigger } from './trigger.js';

export interface CommandParts extends DiagnosticParts {
  readonly client: Pick<InferenceClient, 'state' | 'memory' | 'restart'>;
  readonly denoiser: DenoiseSelection;
  readonly review: ProposalReview;
  readonly manager: ManageModels;
  readonly hubToken: HubToken;
  readonly notice: ErrorNotice;
  readonly log: vscode.LogOutputChannel;
}

/** Every command of the extension; package.json lists the same, a test asserts it. */
function commandTable(parts: CommandParts): Record<string, (argument?: unknown) => unknown> {
  const { client, denoiser, review, manager, hubToken, notice, log, pace, requests } = parts;
  return {
    'infill.trigger': trigger,
    'infill.denoiseSelection': () => denoiser.run(),
    'infill.acceptProposal': () => review.accept(),
    'infill.discardProposal': () => review.discard(),
    'infill.denoiseAgain': () => denoiser.again(),
    'infill.setSteps': () => setSteps(pace),
    'infill.manageModels': () => manager.run(),
    'infill.setHubToken': () => hubToken.ask(),
    'infill.toggle': toggle,
    'infill.whyNothing': () => whyNothing(requests),
    'infill.showLog': () => log.show(),
    'infill.copyDiagnostics': () => copyDiagnostics(parts),
    'infill.restart': () => restart(client, notice),
    'infill.menu': () => showMenu(client.state.error?.describe()),
    'infill.openExample': openExample,
    'infill.enableInlineSuggest': enableInlineSuggest,
  };
}

export function registerCommands(parts: CommandParts): vscode.Disposable[] {
  return Object.entries(commandTable(parts)).map(([id, run]) => vscode.commands.registerCommand(id, run));
}
