import * as vscode from 'vscode';
import type { Estimate, Latency } from '../runtime/latency.js';
import { readSettings, writeSetting } from '../settings/configuration.js';
import { SETTING_SPECS } from '../settings/settingSpecs.js';
import { stepChoices } from './stepChoices.js';

interface StepItem extends vscode.QuickPickItem {
  readonly steps: number;
}

/** Lets a person choose the number of denoising steps by what each costs here. Takes effect with the next request. */
export async function setSteps(latency: Latency): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const steps = await pickSteps(readSettings(document).steps, latency);
  if (steps !== undefined) {
    await writeSetting('steps', steps, document === undefined ? {} : { uri: document.uri });
  }
}

function pickSteps(current: number, latency: Latency): Promise<number | undefined> {
  const { minimum, maximum } = SETTING_SPECS.steps;
  const pick = vscode.window.createQuickPick<StepItem>();
  pick.title = vscode.l10n.t('Denoising Steps');
  pick.placeholder = vscode.l10n.t(
    'Fewer: faster. More: perhaps better text, seldom above 8 with the bundled model. {0} to {1} can be typed.',
    minimum,
    maximum,
  );
  const fill = (typed: string): void => {
    pick.items = stepChoices(current, latency, typed).map((choice) => ({
      steps: choice.steps,
      label: `${choice.current ? '$(check) ' : ''}${choice.steps}`,
      description: [
        estimateText(choice.estimate),
        ...(choice.steps === SETTING_SPECS.steps.default ? [vscode.l10n.t('default')] : []),
      ].join(' · '),
    }));
    pick.activeItems = pick.items.filter((item) =>
      typed === '' ? item.steps === current : String(item.steps) === typed,
    );
  };
  fill('');
  return new Promise((resolve) => {
    pick.onDidChangeValue((value) => fill(value.trim()));
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.steps);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) {
    return vscode.l10n.t('not measured yet');
  }
  const ms = Math.round(estimate.ms);
  return estimate.measured
    ? vscode.l10n.t('{0} ms, measured ({1} requests)', ms, estimate.runs)
    : vscode.l10n.t('about {0} ms, estimated', ms);
}
