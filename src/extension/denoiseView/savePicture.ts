import * as vscode from 'vscode';

/** Puts an SVG picture of a run into the clipboard, and saves it where a person wants that. */
export async function savePicture(svg: string, name: string): Promise<void> {
  await vscode.env.clipboard.writeText(svg);
  const save = vscode.l10n.t('Save As...');
  const said = vscode.l10n.t('Copied. Paste it into a file that ends in .svg.');
  if ((await vscode.window.showInformationMessage(said, save)) !== save) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    filters: { SVG: ['svg'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${name}.svg`) }),
  });
  if (file === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(svg));
  } catch (error) {
    void vscode.window.showErrorMessage(vscode.l10n.t('The picture could not be saved: {0}', String(error)));
  }
}
