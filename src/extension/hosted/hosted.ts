import * as vscode from 'vscode';
import type { ElsewhereSource } from '../../inference/choice/elsewhere.js';
import type { WorkerState } from '../../inference/host/clientState.js';
import { hostOf, type HostedModel } from '../../inference/hosted/forms/hostedModel.js';
import { HostedService } from '../../inference/hosted/hostedService.js';
import { onSettingsChanged, readSettings, writeUserSetting } from '../settings/configuration.js';
import { askTarget } from './askTarget.js';
import { consentText } from './consentText.js';
import { HostedConsent } from './hostedConsent.js';
import { HostedKeys, isHostedKey } from './hostedKeys.js';
import { HostedMark } from './hostedMark.js';
import { foreignText } from '../ui/foreignText.js';
import { hostedTarget } from './hostedTarget.js';

/** An address that is being written is not asked about letter by letter. */
const SETTLED_MS = 1500;

/**
 * Hosted models: whether one is asked, which, and everything that a person has to say about it. One is asked only where settings name it,
 * the workspace is trusted, and a person has allowed it in a dialog; until then nothing is sent.
 */
export class Hosted implements vscode.Disposable {
  readonly source: ElsewhereSource;
  private readonly consent: HostedConsent;
  private readonly keys: HostedKeys;
  private readonly mark = new HostedMark();
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly subscriptions: readonly { readonly dispose: () => unknown }[];
  /** Told once more where it is as it was. */
  private problem: string | undefined;
  private state: WorkerState | undefined;
  /** It was turned off, and the settings may not say so yet. */
  private isOff = false;
  private isAsking = false;
  private settling: NodeJS.Timeout | undefined;

  constructor(
    { globalState, secrets }: Pick<vscode.ExtensionContext, 'globalState' | 'secrets'>,
    private readonly log: Pick<vscode.LogOutputChannel, 'warn'>,
  ) {
    this.consent = new HostedConsent(globalState);
    this.keys = new HostedKeys(secrets);
    this.source = {
      kind: 'hosted',
      key: () => {
        const { active } = this;
        return active && JSON.stringify([active.provider, active.address, active.model]);
      },
      usesSecret: isHostedKey,
      fallsBack: () => true,
      create: (onState) => this.create(onState),
      onChange: (listener) => this.changes.event(listener),
    };
    this.subscriptions = [
      onSettingsChanged(() => this.check()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.check()),
      vscode.window.onDidChangeWindowState(() => this.check()),
      this.changes,
      this.mark,
    ];
    this.check();
  }

  /** The model that is asked; undefined where none is. */
  get active(): HostedModel | undefined {
    const { wanted } = this;
    return wanted !== undefined && this.consent.answer(wanted) === true ? wanted : undefined;
  }

  /** The host of that model, as people are told it. */
  get host(): string | undefined {
    const { active } = this;
    return active && hostOf(active);
  }

  /** The command Turn On Hosted Model: whom, with which key, and whether text may be sent there. */
  async turnOn(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('Infill: Hosted models are not used in an untrusted workspace. Trust it first.'),
      );
      return;
    }
    const chosen = await askTarget(readSettings().hosted);
    const target = chosen && hostedTarget(chosen, vscode.l10n);
    if (chosen === undefined || target === undefined) {
      return;
    }
    if ('problem' in target) {
      this.tellProblem(target.problem);
      return;
    }
    this.isAsking = true; // the settings change in a moment, about which nobody needs to be asked twice
    try {
      const hasKey = (await this.keys.read(target)) !== '' || (await this.keys.ask(target));
      if (!hasKey || !(await this.ask(target))) {
        return;
      }
      this.isOff = false;
      await writeUserSetting('hosted.url', chosen.url);
      await writeUserSetting('hosted.model', chosen.model);
      await writeUserSetting('hosted.provider', chosen.provider);
    } finally {
      this.isAsking = false;
      this.changed();
    }
  }

  /** The command Turn Off Hosted Model. From when it is called nothing is sent, whatever becomes of the settings. */
  async turnOff(): Promise<void> {
    const { wanted } = this;
    this.isOff = true;
    this.changed();
    if (wanted !== undefined) {
      await this.consent.forget(wanted);
    }
    await writeUserSetting('hosted.provider', 'off');
  }

  /** The command Set Hosted Model Key. */
  async setKey(): Promise<void> {
    const target = hostedTarget(readSettings().hosted, vscode.l10n);
    if (target === undefined || 'problem' in target) {
      await this.turnOn();
      return;
    }
    await this.keys.ask(target);
  }

  dispose(): void {
    clearTimeout(this.settling);
    this.subscriptions.forEach((each) => void each.dispose());
  }

  private get wanted(): HostedModel | undefined {
    if (this.isOff || !vscode.workspace.isTrusted) {
      return undefined;
    }
    const target = hostedTarget(readSettings().hosted, vscode.l10n);
    return target === undefined || 'problem' in target ? undefined : target;
  }

  /** Looks at what the settings say now, at once, and soon at what has to be said and asked about it. */
  private check(): void {
    this.isOff &&= readSettings().hosted.provider !== 'off'; // who sets it again wants it again
    this.changed();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.settle(), SETTLED_MS).unref();
  }

  private async settle(): Promise<void> {
    const target = hostedTarget(readSettings().hosted, vscode.l10n);
    this.tellProblem(target !== undefined && 'problem' in target ? target.problem : undefined);
    const { wanted } = this;
    const isNew = wanted !== undefined && this.consent.answer(wanted) === undefined;
    // Each window would ask, and one of them is enough.
    if (isNew && !this.isAsking && vscode.window.state.focused) {
      this.isAsking = true;
      try {
        const isAllowed = await this.ask(wanted);
        if (isAllowed && (await this.keys.read(wanted)) === '') {
          await this.keys.ask(wanted);
        }
      } finally {
        this.isAsking = false;
        this.changed();
      }
    }
  }

  /** Asks whether text may be sent, unless that was allowed before, and remembers the answer. */
  private async ask(model: HostedModel): Promise<boolean> {
    if (this.consent.answer(model) === true) {
      return true;
    }
    const { question, detail, allow } = consentText(model, vscode.l10n);
    const chosen = await vscode.window.showWarningMessage(foreignText(question), { modal: true, detail }, allow);
    await this.consent.keep(model, chosen === allow);
    return chosen === allow;
  }

  private create(onState: (state: WorkerState) => void): HostedService {
    const model = this.active;
    if (model === undefined) {
      throw new Error('No hosted model is allowed.');
    }
    this.state = undefined;
    this.draw();
    return new HostedService({
      model,
      readKey: () => this.keys.read(model),
      onState: (state) => {
        if (state.kind === 'failed' && state.error !== undefined) {
          this.log.warn(`The hosted model at ${hostOf(model)}: ${state.error.describe()}`);
        }
        this.state = state;
        this.draw();
        onState(state);
      },
    });
  }

  private changed(): void {
    this.changes.fire();
    this.draw();
  }

  private draw(): void {
    this.mark.show(this.active, this.state);
  }

  private tellProblem(problem: string | undefined): void {
    if (problem !== undefined && problem !== this.problem) {
      void vscode.window.showWarningMessage(foreignText(`Infill: ${problem}`));
    }
    this.problem = problem;
  }
}
