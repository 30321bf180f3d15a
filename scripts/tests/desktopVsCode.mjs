import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';

const SOURCE = 'https://update.code.visualstudio.com/api/releases/stable';

/**
 * Whether a desktop VS Code can run tests here. INFILL_VSCODE=electron or =rig decides it without a look.
 *
 * @returns {Promise<{ use: boolean, text: string }>} and why, in one line
 */
export async function desktopVsCode() {
  const wanted = process.env['INFILL_VSCODE'];
  if (wanted === 'electron' || wanted === 'rig') {
    return { use: wanted === 'electron', text: `In-host tests: ${wanted}, as INFILL_VSCODE says.` };
  }
  if (wanted) {
    throw new Error(`INFILL_VSCODE is "${wanted}". It can be "electron" or "rig".`);
  }
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return { use: false, text: 'In-host tests: browser workbench (there is no display for a desktop VS Code here).' };
  }
  if (existsSync(path.join(root, '.vscode-test'))) {
    return { use: true, text: 'In-host tests: the desktop VS Code in .vscode-test.' };
  }
  try {
    const answer = await fetch(SOURCE, { method: 'HEAD', signal: AbortSignal.timeout(4000) });
    if (answer.ok) {
      return { use: true, text: 'In-host tests: desktop VS Code, downloaded to .vscode-test.' };
    }
    return { use: false, text: `In-host tests: browser workbench (${SOURCE} answers ${answer.status}).` };
  } catch {
    return { use: false, text: `In-host tests: browser workbench (${SOURCE} cannot be reached).` };
  }
}
