import * as vscode from 'vscode';

const PREVIEW_SCHEME = 'infill-preview';

/** The read-only documents of the preview: they live in memory as long as the preview is open. */
export class PreviewDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this);
  private lastId = 0;

  /** @param name file name; its ending chooses the language. */
  async add(name: string, languageId: string, text: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: `/${name}`, query: String(++this.lastId) });
    this.texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== languageId) {
      await vscode.languages.setTextDocumentLanguage(document, languageId);
    }
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.texts.get(uri.toString());
  }

  /** Closes every preview. */
  async close(): Promise<void> {
    this.texts.clear();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isPreviewTab);
    if (tabs.length > 0) {
      await vscode.window.tabGroups.close(tabs, true);
    }
  }

  dispose(): void {
    this.texts.clear();
    this.registration.dispose();
  }
}

export function isPreviewTab(tab: vscode.Tab): boolean {
  return tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === PREVIEW_SCHEME;
}
