import * as vscode from 'vscode';
import { foreignText } from '../ui/foreignText.js';
import type { ModelSteps } from '../../shared/protocol.js';
import type { Estimate } from '../runtime/latency.js';
import type { Inference } from '../runtime/inference.js';
import { readSettings, writeSetting } from '../settings/configuration.js';
import type { Settings } from '../settings/settings.js';
import { infillOptions } from '../settings/requestOptions.js';
import { duration } from '../ui/duration.js';
import { offeredSteps, type StepChoice, stepChoices, stepRange } from './stepChoices.js';

type StepParts = Pick<Inference, 'latency' | 'stepTimes' | 'modelSteps' | 'onState' | 'service'>;

interface StepItem extends vscode.QuickPickItem {
  readonly steps: number;
}

/**
 * Lets a person choose the number of denoising steps by how long a suggestion takes with each of them here, and by what the model says
 * of its quality. Times are measured while the list is open. Takes effect with the next request.
 */
export async function setSteps(parts: StepParts): Promise<void> {
  const { place } = parts.service.state;
  if (place?.kind === 'hosted') {
    void vscode.window.showInformationMessage(
      foreignText(vscode.l10n.t('Infill: The hosted model at {0} has no denoising steps to set.', place.name)),
    );
    return;
  }
  const document = vscode.window.activeTextEditor?.document;
  const steps = await pickSteps(readSettings(document), parts);
  if (steps !== undefined) {
    await writeSetting('steps', steps, document);
  }
}

function pickSteps(settings: Settings, parts: StepParts): Promise<number | undefined> {
  const current = settings.steps;
  const pick = vscode.window.createQuickPick<StepItem>();
  pick.title = vscode.l10n.t('Denoising Steps: Time per Suggestion on This Computer');
  // With another sampler the model's own words on steps do not hold.
  const ownSteps = (): ModelSteps | undefined => (settings.sampler === undefined ? parts.modelSteps() : undefined);
  const times = { estimate: (steps: number) => parts.stepTimes.estimate(steps) ?? parts.latency.estimate(steps) };
  let typedBefore = '';
  const draw = (): void => {
    const typed = pick.value.trim();
    const model = ownSteps();
    // A time that has become known must not move what a person has gone to.
    const active = typed === typedBefore ? (pick.activeItems[0]?.steps ?? current) : current;
    typedBefore = typed;
    pick.placeholder = placeholderOf(model);
    pick.items = stepChoices(current, times, typed, model).map((choice) => ({
      steps: choice.steps,
      label: `${choice.current ? '$(check) ' : ''}${choice.steps}`,
      description: descriptionOf(choice, settings.deadlineMs, model !== undefined),
    }));
    const wanted = typed === '' || typed === String(active) ? active : Number(typed);
    pick.activeItems = pick.items.filter((item) => item.steps === wanted);
  };
  draw();
  const closed = new AbortController();
  const measured = async (): Promise<void> => {
    // What the model says of steps is known once it is loaded, and a person who chooses is going to use it.
    await parts.service.load();
    draw();
    await idle(parts, closed.signal);
    await parts.stepTimes.measure({
      numbers: offeredSteps(ownSteps()),
      options: infillOptions(settings, true),
      signal: closed.signal,
      onMeasured: draw,
    });
  };
  pick.busy = true;
  measured()
    .catch(() => undefined) // the status bar and the log tell why the model does not answer
    .finally(() => (pick.busy = false));
  return new Promise((resolve) => {
    pick.onDidChangeValue(draw);
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.steps);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      closed.abort();
      pick.dispose();
    });
    pick.show();
  });
}

/** Ends when nothing is being computed: what a person waits for comes first. */
async function idle({ service, onState }: StepParts, signal: AbortSignal): Promise<void> {
  while (service.state.kind === 'working' && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const subscription = onState(done);
      signal.addEventListener('abort', done, { once: true });
      function done(): void {
        subscription.dispose();
        resolve();
      }
    });
  }
}

function placeholderOf(model: ModelSteps | undefined): string {
  const { least, most } = stepRange(model);
  return model?.most === undefined
    ? vscode.l10n.t('Fewer is faster, more is better. Type any number from {0} to {1}.', least, most)
    : vscode.l10n.t('Fewer is faster, more is better, up to {1}. Type any number from {0} to {1}.', least, most);
}

function descriptionOf(choice: StepChoice, deadlineMs: number, isModelKnown: boolean): string {
  const { estimate, quality, recommended, taken, sameUpTo } = choice;
  const percent = (share: number): number => Math.round(share * 100);
  const isTooLong = deadlineMs > 0 && estimate !== undefined && estimate.ms > deadlineMs;
  return [
    estimateText(estimate),
    ...(sameUpTo === undefined ? [] : [vscode.l10n.t('the same up to {0}', sameUpTo)]),
    ...(isTooLong ? [vscode.l10n.t('stopped earlier by the deadline of {0} ms', deadlineMs)] : []),
    ...(quality === undefined
      ? []
      : [vscode.l10n.t('{0}% exact, {1}% begin right', percent(quality.exact), percent(quality.beginsRight))]),
    ...(taken === undefined ? [] : [vscode.l10n.t('the model uses at most {0}', taken)]),
    ...(recommended ? [isModelKnown ? vscode.l10n.t('recommended') : vscode.l10n.t('default')] : []),
  ].join(' · ');
}

function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) {
    return vscode.l10n.t('not measured yet');
  }
  const time = duration(estimate.ms, vscode.l10n);
  return estimate.measured ? time : vscode.l10n.t('about {0}, estimated', time);
}
