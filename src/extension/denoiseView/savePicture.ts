import * as vscode from 'vscode';
import { foreignText } from '../ui/foreignText.js';

/** Puts an SVG picture of a run into the clipboard, and saves it where a person wants that. */
export async function savePicture(svg: string, name: string): Promise<void> {
  await vscode.env.clipboard.writeText(svg);
  const save = vscode.l10n.t('Save As...');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Copied. Paste it into a file that ends in .svg.'),
    save,
  );
  if (chosen !== save) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    filters: { SVG: ['svg'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${name}.svg`) }),
  });
  if (file === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(svg));
  } catch (error) {
    const why = vscode.l10n.t('The picture could not be saved: {0}', String(error));
    void vscode.window.showErrorMessage(foreignText(why));
  }
}
