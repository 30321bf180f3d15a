import path from 'node:path';
import * as vscode from 'vscode';
import type { StoreClient } from '../../inference/host/storeClient.js';
import { parseHubId } from '../../modelStore/hub/hubId.js';
import type { KeptImport, ModelSource } from '../../shared/modelImport.js';
import type { StoreFolders } from '../../shared/storeProtocol.js';
import { foreignText } from '../ui/foreignText.js';
import { keptLine } from './keptLine.js';

export interface KeptDownloadsParts {
  readonly store: Pick<StoreClient, 'run'>;
  readonly folders: StoreFolders;
}

interface KeptEntry extends vscode.QuickPickItem {
  readonly run: () => Promise<void>;
}

/** What imports that did not end have left: says so, goes on with it, or deletes it. */
export class KeptDownloads {
  constructor(private readonly parts: KeptDownloadsParts) {}

  /** An import of `source` did not end. Says what is kept of it, if anything is, and offers to delete that. */
  async offer(source: ModelSource): Promise<void> {
    const { store, folders } = this.parts;
    const { kept } = await store.run({ type: 'kept', ...folders, source });
    const [found] = kept;
    if (found === undefined) {
      return;
    }
    const remove = removeText(found);
    const { size, name } = keptLine(found, vscode.l10n);
    const text = vscode.l10n.t('Kept {0} of {1}. Add it again to continue where it stopped.', size, name);
    if ((await vscode.window.showInformationMessage(foreignText(`Infill: ${text}`), remove)) === remove) {
      await this.discard(found);
    }
  }

  /** For the list of models: each is gone on with by `add`, or deleted. */
  entries(kept: readonly KeptImport[], add: (source: ModelSource) => Promise<void>): KeptEntry[] {
    return kept.map((each) => {
      const { label, description } = keptLine(each, vscode.l10n);
      return { label, description, run: () => this.choose(each, add) };
    });
  }

  private async choose(kept: KeptImport, add: (source: ModelSource) => Promise<void>): Promise<void> {
    const goOn = vscode.l10n.t('Continue Adding');
    const remove = removeText(kept);
    const { label } = keptLine(kept, vscode.l10n);
    const chosen = kept.isActive ? undefined : await vscode.window.showQuickPick([goOn, remove], { title: label });
    const source = sourceOf(kept);
    if (chosen === remove) {
      await this.discard(kept);
    } else if (chosen === goOn && source !== undefined) {
      await add(source);
    }
  }

  private async discard({ source }: KeptImport): Promise<void> {
    const { store, folders } = this.parts;
    await store.run({ type: 'discard', ...folders, source });
  }
}

function removeText({ source }: KeptImport): string {
  return path.isAbsolute(source) ? vscode.l10n.t('Delete Kept Files') : vscode.l10n.t('Delete Download');
}

function sourceOf({ source, called }: KeptImport): ModelSource | undefined {
  if (path.isAbsolute(source)) {
    return { kind: 'folder', folder: source };
  }
  const id = parseHubId(called);
  return id === undefined ? undefined : { kind: 'hub', ...id };
}
