import * as vscode from 'vscode';
import type { AddAnswers, AddQuestion, AvailableModel, ModelSource } from '../../shared/modelImport.js';
import { foreignText } from '../ui/foreignText.js';
import { availableLine, contextLines } from './availableLine.js';

/** What a person wants to add, and how. */
export interface AskedModel {
  readonly source: ModelSource;
  readonly answers: AddAnswers;
}

/** Lets a person choose a folder with a checkpoint. */
export async function askFolder(): Promise<AskedModel | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Folder with config.json, tokenizer.json and safetensors'),
    openLabel: vscode.l10n.t('Add'),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  });
  const folder = chosen?.[0];
  return folder === undefined ? undefined : { source: { kind: 'folder', folder: folder.fsPath }, answers: {} };
}

interface HubItem extends vscode.QuickPickItem {
  readonly model?: AvailableModel;
}

/** What the store process knows of checkpoints that are not here. */
export interface Offer {
  readonly models: readonly AvailableModel[];
  readonly freeMemory: number;
}

/** Lets a person choose one of the checkpoints that are known to be convertible, with what each costs here, or write an id. */
export async function askHub(
  offer: Promise<Offer>,
  parse: (text: string) => ModelSource | undefined,
): Promise<AskedModel | undefined> {
  const { l10n } = vscode;
  // The list opens at once and fills when this machine was measured.
  const items = offer.then(({ models, freeMemory }): HubItem[] => [
    // First: the list is longer than it is high.
    { label: `$(edit) ${l10n.t('Another Model...')}` },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...models.map((model) => ({ ...availableLine(model, freeMemory, l10n), model })),
  ]);
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('Add from the Hub'),
    placeHolder: l10n.t('These models are slower: each step computes the whole context'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined) {
    return undefined;
  }
  const source = chosen.model === undefined ? await askHubId(parse) : parse(chosen.model.repository);
  const answers = chosen.model === undefined ? {} : await askContext(chosen.model);
  return source === undefined || answers === undefined ? undefined : { source, answers };
}

/** What is asked of a public checkpoint, of one whose import did not end. */
export async function askAgain(source: ModelSource, offer: () => Promise<Offer>): Promise<AskedModel | undefined> {
  if (source.kind === 'folder') {
    return { source, answers: {} };
  }
  const model = (await offer()).models.find(({ repository }) => repository === source.repository);
  const answers = model === undefined ? {} : await askContext(model);
  return answers && { source, answers };
}

/** Asks whether a slow model should rather be fast than exact; nothing is asked where there is little to gain. */
async function askContext(model: AvailableModel): Promise<AddAnswers | undefined> {
  const lines = contextLines(model, vscode.l10n);
  if (lines.length === 0) {
    return {};
  }
  const chosen = await vscode.window.showQuickPick(lines, {
    title: vscode.l10n.t('How should {0} compute?', model.title),
    ignoreFocusOut: true,
  });
  return chosen && { contextCache: chosen.contextCache };
}

/** Lets a person write the id of a model on the hub. */
async function askHubId(parse: (text: string) => ModelSource | undefined): Promise<ModelSource | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Model on the Hugging Face Hub'),
    prompt: vscode.l10n.t('Model id (owner/name). It will be downloaded and converted. Infill downloads nothing else.'),
    placeHolder: 'owner/name',
    ignoreFocusOut: true,
    validateInput: (typed) =>
      typed.trim() === '' || parse(typed.trim()) !== undefined
        ? undefined
        : vscode.l10n.t("Enter owner/name, or the URL of the model's page."),
  });
  return text === undefined ? undefined : parse(text.trim());
}

/** Asks what the files of a checkpoint do not tell; undefined if the person does not answer. */
export async function askQuestions(questions: readonly AddQuestion[]): Promise<AddAnswers | undefined> {
  let answers: AddAnswers = {};
  for (const { answer, text } of questions) {
    const given = answer === 'mask' ? await askMask(text) : await askYes(text, answer);
    if (given === undefined) {
      return undefined;
    }
    answers = { ...answers, ...given };
  }
  return answers;
}

async function askYes(text: string, answer: 'ordinaryMask' | 'shift'): Promise<AddAnswers | undefined> {
  const [yes, no] = [vscode.l10n.t('Yes'), vscode.l10n.t('No')];
  // The title of a list would cut the question off.
  const chosen = await vscode.window.showInformationMessage(foreignText(text), { modal: true }, yes, no);
  return chosen === undefined ? undefined : { [answer]: chosen === yes };
}

async function askMask(text: string): Promise<AddAnswers | undefined> {
  const id = await vscode.window.showInputBox({
    title: vscode.l10n.t('Mask Token'),
    prompt: foreignText(text), // a title would be cut off
    placeHolder: vscode.l10n.t('A whole number: the id of the token.'),
    ignoreFocusOut: true,
    validateInput: (typed) => (/^\d{1,9}$/.test(typed.trim()) ? undefined : vscode.l10n.t('Enter a whole number.')),
  });
  return id === undefined ? undefined : { mask: Number(id.trim()) };
}
