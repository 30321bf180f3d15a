import * as vscode from 'vscode';
import type { InfillService } from '../../inference/host/infillService.js';
import type { StoreClient } from '../../inference/host/storeClient.js';
import { defaultModelFolder } from '../../modelStore/bundledModels.js';
import { parseHubId } from '../../modelStore/hub/hubId.js';
import type { AddOutcome, AddProgress, AddRequest, ModelDescription, ModelSource } from '../../shared/modelImport.js';
import type { StoreFolders, StoreResult } from '../../shared/storeProtocol.js';
import { abortSignalOf } from '../editor/abortSignal.js';
import type { ErrorNotice } from '../ui/errorNotice.js';
import { foreignText } from '../ui/foreignText.js';
import type { Latency } from '../runtime/latency.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { writeUserSetting } from '../settings/configuration.js';
import { addedText, AddProgressText, type ProgressStep } from './addProgressText.js';
import { askAgain, askFolder, askHub, type AskedModel, askQuestions, type Offer } from './askSource.js';
import type { HubToken } from './hubToken.js';
import { KeptDownloads } from './keptDownloads.js';
import { modelLine } from './modelLine.js';
import { refuseSwitch } from './refuseSwitch.js';

export interface ManageModelsParts {
  readonly store: Pick<StoreClient, 'run'>;
  readonly folders: StoreFolders;
  readonly service: InfillService;
  readonly latency: Pick<Latency, 'stepMs'>;
  /** The folder of the model that the settings name. */
  readonly usedFolder: () => string;
  readonly token: HubToken;
  readonly notice: ErrorNotice;
}

interface Entry extends vscode.QuickPickItem {
  readonly run?: () => Promise<void>;
}

interface ModelEntry extends vscode.QuickPickItem {
  readonly model: ModelDescription;
}

/** The command `Infill: Manage Models`: shows every model with what it costs, switches, adds, verifies and removes. */
export class ManageModels {
  private readonly kept: KeptDownloads;

  constructor(private readonly parts: ManageModelsParts) {
    this.kept = new KeptDownloads(parts);
  }

  async run(): Promise<void> {
    try {
      const { token, usedFolder } = this.parts;
      // The list opens at once and fills when the store has looked.
      const listing = this.list();
      const chosen = await vscode.window.showQuickPick<Entry>(
        listing.then(({ models, freeMemory, kept }) => [
          ...this.elsewhere(),
          ...models.map((model) => ({ ...this.entry(model), run: () => this.use(model, freeMemory) })),
          ...this.kept.entries(kept, (source) => this.addFrom(askAgain(source, () => this.offered()))),
          { label: '', kind: vscode.QuickPickItemKind.Separator },
          { label: `$(folder) ${vscode.l10n.t('Add from a Folder...')}`, run: () => this.addFrom(askFolder()) },
          {
            label: `$(cloud-download) ${vscode.l10n.t('Add from the Hub...')}`,
            run: () => this.addFrom(askHub(this.offered(), hubSource)),
          },
          { label: `$(verified) ${vscode.l10n.t('Verify a Model...')}`, run: () => this.verify(models) },
          { label: `$(trash) ${vscode.l10n.t('Remove a Model...')}`, run: () => this.remove(models, usedFolder()) },
          { label: `$(key) ${vscode.l10n.t('Set Hub Token...')}`, run: () => token.ask() },
        ]),
        {
          title: vscode.l10n.t('Models'),
          placeHolder: vscode.l10n.t('Choose a model, or an action'),
          matchOnDescription: true,
          matchOnDetail: true,
        },
      );
      await chosen?.run?.();
    } catch (thrown) {
      this.show(thrown);
    }
  }

  private list(): Promise<Extract<StoreResult, { readonly type: 'list' }>> {
    return this.parts.store.run({ type: 'list', ...this.parts.folders });
  }

  /** Checkpoints that are not here, with what they would cost. */
  private offered(): Promise<Offer> {
    return this.parts.store.run({ type: 'available', ...this.parts.folders });
  }

  /** Where another place answers, nothing here decides which model it has. */
  private elsewhere(): Entry[] {
    const { place, info } = this.parts.service.state;
    if (place?.kind !== 'server') {
      return [];
    }
    return [
      {
        label: `$(server) ${foreignText(vscode.l10n.t('{0} decides which model is used', place.name))}`,
        description: foreignText(info?.name ?? ''),
        detail: vscode.l10n.t('The models below are used only while the server cannot be reached.'),
        run: async () => vscode.commands.executeCommand('workbench.action.openSettings', 'infill.server.url'),
      },
      { label: '', kind: vscode.QuickPickItemKind.Separator },
    ];
  }

  private entry(model: ModelDescription): ModelEntry {
    const isUsed = model.folder === this.parts.usedFolder();
    return { model, ...modelLine(model, isUsed, isUsed ? this.parts.latency.stepMs : undefined, vscode.l10n) };
  }

  /** Writes the setting; the model is loaded because settings have changed. */
  private async use(model: ModelDescription, freeMemory: number): Promise<void> {
    if (model.folder === this.parts.usedFolder()) {
      return;
    }
    const held = await this.parts.service.memory().catch(() => undefined);
    // What other windows use too stays.
    const heldMemory = held === undefined || (held.windows ?? 1) > 1 ? 0 : held.bytes;
    const refused = refuseSwitch(model, { freeMemory, heldMemory }, vscode.l10n);
    if (refused === undefined) {
      await writeUserSetting('model', model.folder === defaultModelFolder(this.parts.folders.root) ? '' : model.folder);
    } else {
      void vscode.window.showErrorMessage(foreignText(`Infill: ${refused}`));
    }
  }

  private async addFrom(asking: Promise<AskedModel | undefined>): Promise<void> {
    const asked = await asking;
    if (asked === undefined) {
      return;
    }
    let isAdded = false;
    try {
      isAdded = await this.addAnswered({ ...asked, precision: 'auto' });
    } catch (thrown) {
      this.show(thrown);
    }
    if (!isAdded) {
      await this.kept.offer(asked.source);
    }
  }

  /** Asks what must be asked; answers whether the model was added. */
  private async addAnswered(first: AddRequest): Promise<boolean> {
    let request = first;
    for (;;) {
      const outcome = await this.add(request);
      if (outcome.kind === 'added') {
        const use = vscode.l10n.t('Use It');
        const text = addedText(outcome.model, vscode.l10n);
        if ((await vscode.window.showInformationMessage(foreignText(`Infill: ${text}`), use)) === use) {
          await this.useFolder(outcome.model.folder);
        }
        return true;
      }
      const answers = await askQuestions(outcome.questions);
      if (answers === undefined) {
        return false;
      }
      request = { ...request, answers: { ...request.answers, ...answers } };
    }
  }

  private async useFolder(folder: string): Promise<void> {
    const { models, freeMemory } = await this.list(); // what is free may have changed since
    const model = models.find((each) => each.folder === folder);
    if (model !== undefined) {
      await this.use(model, freeMemory);
    }
  }

  private async add(request: AddRequest): Promise<AddOutcome> {
    const { store, folders, token } = this.parts;
    const isHub = request.source.kind === 'hub';
    const task = { type: 'add', ...folders, request, token: isHub ? await token.read() : '' } as const;
    return withNotification(vscode.l10n.t('Infill: adding a model'), async (signal, progress) => {
      const text = new AddProgressText(vscode.l10n);
      const onProgress = (each: AddProgress): void => progress.report(text.next(each));
      return (await store.run(task, { signal, onProgress })).outcome;
    });
  }

  private async verify(models: readonly ModelDescription[]): Promise<void> {
    const { store, folders } = this.parts;
    const model = await this.choose(models, vscode.l10n.t('Verify a Model'));
    if (model === undefined) {
      return;
    }
    const { ms } = await withNotification(vscode.l10n.t('Infill: verifying {0}', model.name), (signal) =>
      store.run({ type: 'verify', ...folders, folder: model.folder }, { signal }),
    );
    const text = vscode.l10n.t(
      '{0} is intact: all files match its manifest ({1} s).',
      model.name,
      (ms / 1000).toFixed(1),
    );
    void vscode.window.showInformationMessage(foreignText(`Infill: ${text}`));
  }

  private async remove(models: readonly ModelDescription[], usedFolder: string): Promise<void> {
    const added = models.filter(({ isBundled }) => !isBundled);
    if (added.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('There is nothing to remove: only the bundled model is installed.'),
      );
      return;
    }
    const model = await this.choose(added, vscode.l10n.t('Remove a Model'));
    if (model === undefined) {
      return;
    }
    const remove = vscode.l10n.t('Remove');
    const question = vscode.l10n.t('Delete the model {0} and its folder {1}?', model.name, model.folder);
    if ((await vscode.window.showWarningMessage(foreignText(question), { modal: true }, remove)) !== remove) {
      return;
    }
    if (model.folder === usedFolder) {
      await writeUserSetting('model', ''); // nothing may hold its files
    }
    await this.parts.store.run({ type: 'remove', ...this.parts.folders, name: model.name });
  }

  private async choose(models: readonly ModelDescription[], title: string): Promise<ModelDescription | undefined> {
    return (
      await vscode.window.showQuickPick(
        models.map((model) => this.entry(model)),
        { title },
      )
    )?.model;
  }

  private show(thrown: unknown): void {
    const error = toInfillError(thrown);
    if (error.code !== 'cancelled') {
      this.parts.notice.show(error, true);
    }
  }
}

/** Shows that something is being done for as long as it takes; the person can cancel it. */
function withNotification<T>(
  title: string,
  work: (signal: AbortSignal, progress: vscode.Progress<ProgressStep>) => Promise<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress(
    { location, title: foreignText(title), cancellable: true },
    async (progress, token) => {
      const { signal, dispose } = abortSignalOf(token);
      try {
        return await work(signal, progress);
      } finally {
        dispose();
      }
    },
  );
}

function hubSource(text: string): ModelSource | undefined {
  const id = parseHubId(text);
  return id === undefined ? undefined : { kind: 'hub', ...id };
}
