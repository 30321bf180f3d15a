import * as vscode from 'vscode';
import type { Estimate } from '../runtime/latency.js';
import type { Inference } from '../runtime/inference.js';
import { readSettings, writeSetting } from '../settings/configuration.js';
import type { Settings } from '../settings/settings.js';
import { type StepChoice, stepChoices, stepRange } from './stepChoices.js';

type StepParts = Pick<Inference, 'latency' | 'modelSteps' | 'control' | 'onState'>;

interface StepItem extends vscode.QuickPickItem {
  readonly steps: number;
}

/**
 * Lets a person choose the number of denoising steps by what each costs here and what the model says of its quality. Takes effect with
 * the next request.
 */
export async function setSteps(parts: StepParts): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const steps = await pickSteps(readSettings(document), parts);
  if (steps !== undefined) {
    await writeSetting('steps', steps, document === undefined ? {} : { uri: document.uri });
  }
}

function pickSteps(settings: Settings, parts: StepParts): Promise<number | undefined> {
  const current = settings.steps;
  const pick = vscode.window.createQuickPick<StepItem>();
  pick.title = vscode.l10n.t('Denoising Steps');
  const draw = (): void => {
    const typed = pick.value.trim();
    // With another sampler the model's own words on steps do not hold.
    const model = settings.sampler === undefined ? parts.modelSteps() : undefined;
    const { least, most } = stepRange(model);
    pick.placeholder =
      model?.most === undefined
        ? vscode.l10n.t('Fewer: faster. More: longer and better text. {0} to {1} can be typed.', least, most)
        : vscode.l10n.t(
            'Fewer: faster. More: longer and better text, up to {1}: from there on the model gains no more. {0} to {1} can be typed.',
            least,
            most,
          );
    pick.items = stepChoices(current, parts.latency, typed, model).map((choice) => ({
      steps: choice.steps,
      label: `${choice.current ? '$(check) ' : ''}${choice.steps}`,
      description: descriptionOf(choice, settings.deadlineMs, model !== undefined),
    }));
    pick.activeItems = pick.items.filter((item) =>
      typed === '' ? item.steps === current : String(item.steps) === typed,
    );
  };
  draw();
  // What the model says of steps is known once it is loaded, and a person who chooses is going to use it.
  const known = parts.modelSteps();
  const states = parts.onState(() => {
    if (parts.modelSteps() !== known) {
      states.dispose();
      draw();
    }
  });
  void parts.control.warmUp();
  return new Promise((resolve) => {
    pick.onDidChangeValue(draw);
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.steps);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      states.dispose();
      pick.dispose();
    });
    pick.show();
  });
}

function descriptionOf(choice: StepChoice, deadlineMs: number, isModelKnown: boolean): string {
  const { estimate, quality, recommended, taken } = choice;
  const percent = (share: number): number => Math.round(share * 100);
  const isTooLong = deadlineMs > 0 && estimate !== undefined && estimate.ms > deadlineMs;
  return [
    estimateText(estimate),
    ...(isTooLong ? [vscode.l10n.t('the deadline of {0} ms ends it sooner', deadlineMs)] : []),
    ...(quality === undefined
      ? []
      : [vscode.l10n.t('{0} % exact, {1} % begin right', percent(quality.exact), percent(quality.beginsRight))]),
    ...(taken === undefined ? [] : [vscode.l10n.t('the model takes {0} at most', taken)]),
    ...(recommended ? [isModelKnown ? vscode.l10n.t('recommended') : vscode.l10n.t('default')] : []),
  ].join(' · ');
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
