import * as vscode from 'vscode';
import type { AllDenoising } from '../denoiseView/allDenoising.js';
import type { Hosted } from '../hosted/hosted.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { copyDiagnostics, type DiagnosticParts } from '../log/copyDiagnostics.js';
import type { Models } from '../modelManager/models.js';
import { whyNothing } from '../log/whyNothing.js';
import type { Quiet } from '../runtime/quiet.js';
import { enableInlineSuggest } from '../settings/configuration.js';
import { showMenu } from '../status/menu.js';
import { openExample } from './example.js';
import { restart } from './restart.js';
import { setEagerness } from './setEagerness.js';
import { setSteps } from './setSteps.js';
import { snooze } from './snooze.js';
import { toggle } from './toggle.js';
import { type AlternativesShown, type LatestAnswer, suggestElse, trigger } from './trigger.js';

export interface CommandParts extends DiagnosticParts {
  readonly denoising: AllDenoising;
  readonly models: Models;
  readonly hosted: Hosted;
  readonly suggestions: LatestAnswer & { readonly alternatives: AlternativesShown };
  readonly notice: ErrorNotice;
  readonly quiet: Quiet;
  readonly log: vscode.LogOutputChannel;
}

/** Every command of the extension; package.json lists the same, a test asserts it. */
function commandTable(parts: CommandParts): Record<string, (argument?: unknown) => unknown> {
  const { notice, log, requests, quiet } = parts;
  const { inference, project } = parts;
  const { service } = inference;
  const { denoiser, review, view, filler } = parts.denoising;
  const { manager, hubToken } = parts.models;
  const { hosted } = parts;
  return {
    'infill.trigger': () => trigger(parts.suggestions.alternatives, parts.suggestions),
    'infill.suggestElse': () => suggestElse(parts.suggestions.alternatives),
    'infill.denoiseSelection': () => denoiser.run(),
    'infill.openDenoiseView': () => view.open(),
    'infill.denoiseSelectionWith': () => view.openForSelection(),
    'infill.fillEveryCursor': () => filler.run(),
    'infill.acceptProposal': () => review.accept(),
    'infill.acceptChange': () => review.acceptChange(),
    'infill.nextChange': () => review.nextChange(),
    'infill.discardChange': () => review.discardChange(),
    'infill.discardProposal': () => review.discard(),
    'infill.denoiseAgain': () => review.again(),
    'infill.setSteps': () => setSteps(parts.inference),
    'infill.manageModels': () => manager.run(),
    'infill.setHubToken': () => hubToken.ask(),
    'infill.setServerToken': () => inference.setServerToken(),
    'infill.turnOnHosted': () => hosted.turnOn(),
    'infill.turnOffHosted': () => hosted.turnOff(),
    'infill.setHostedKey': () => hosted.setKey(),
    'infill.toggle': toggle,
    'infill.setEagerness': setEagerness,
    'infill.snooze': () => snooze(quiet.snooze),
    'infill.whyNothing': () => whyNothing(requests, () => service.state),
    'infill.showLog': () => log.show(),
    'infill.copyDiagnostics': () => copyDiagnostics(parts),
    'infill.restart': () => restart(service, notice),
    'infill.menu': () => showMenu({ state: service.state, project: project.view, quiet, hostedAt: hosted.host }),
    'infill.openExample': openExample,
    'infill.enableInlineSuggest': enableInlineSuggest,
  };
}

export function registerCommands(parts: CommandParts): vscode.Disposable[] {
  return Object.entries(commandTable(parts)).map(([id, run]) => vscode.commands.registerCommand(id, run));
}
