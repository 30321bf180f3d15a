import * as vscode from 'vscode';

const PREVIEW_SCHEME = 'infill-preview';
/** The editor's answer to a new text is awaited so long at most. */
const UPDATE_MS = 2000;

/** The read-only documents of previews: they live in memory as long as the preview is open. */
export class PreviewDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions = [
    this.changed,
    vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      closed.flatMap(urisOf).forEach((uri) => this.texts.delete(uri.toString()));
    }),
  ];
  private lastId = 0;

  /** @param name file name; its ending chooses the language. */
  async add(name: string, languageId: string, text: string): Promise<vscode.TextDocument> {
    const uri = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: `/${name}`, query: String(++this.lastId) });
    this.texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    return document.languageId === languageId
      ? document
      : vscode.languages.setTextDocumentLanguage(document, languageId);
  }

  /** Puts another text into a document of `add`; resolves when the document says it. */
  async update(document: vscode.TextDocument, text: string): Promise<void> {
    this.texts.set(document.uri.toString(), text);
    const isThere = (): boolean => document.isClosed || toLineFeeds(document.getText()) === toLineFeeds(text);
    const subscriptions: vscode.Disposable[] = [];
    const arrived = new Promise<void>((resolve) => {
      const look = (): void => {
        if (isThere()) {
          resolve();
        }
      };
      const timer = setTimeout(resolve, UPDATE_MS);
      subscriptions.push(
        vscode.workspace.onDidChangeTextDocument(look),
        vscode.workspace.onDidCloseTextDocument(look),
        new vscode.Disposable(() => clearTimeout(timer)),
      );
      this.changed.fire(document.uri);
      look();
    });
    await arrived.finally(() => subscriptions.forEach((each) => void each.dispose()));
  }

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.texts.get(uri.toString());
  }

  /** Closes every comparison. */
  async close(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isPreviewTab);
    if (tabs.length > 0) {
      await vscode.window.tabGroups.close(tabs, true);
    }
  }

  dispose(): void {
    this.texts.clear();
    this.subscriptions.forEach((each) => void each.dispose());
  }
}

export function isPreviewTab(tab: vscode.Tab): boolean {
  return tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === PREVIEW_SCHEME;
}

function urisOf({ input }: vscode.Tab): readonly vscode.Uri[] {
  return input instanceof vscode.TabInputTextDiff
    ? [input.original, input.modified]
    : input instanceof vscode.TabInputText
      ? [input.uri]
      : [];
}

function toLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
