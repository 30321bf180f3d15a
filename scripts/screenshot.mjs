// npm run screenshot   makes media/screenshot.png: a suggestion of the bundled model in a real VS Code.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installPackages } from './steps/installPackages.mjs';
import { main } from './steps/main.mjs';
import { root } from './steps/root.mjs';
import { setUpRig } from './steps/setUpRig.mjs';

const PICTURE = 'media/screenshot.png';
const BEFORE = `interface Item {
  name: string;
  price: number;
  count: number;
}

/** What all items cost together. */
export function totalPrice(items: readonly Item[]): number {
  let total = 0;
  for (const item of items) {
    `;
const AFTER = `
  }
  return total;
}
`;

await main(async () => {
  await installPackages();
  const rig = await setUpRig({ browser: true });
  if ('missing' in rig) {
    throw new Error(rig.missing);
  }
  const { packageExtension } = await import('./vsix/packageExtension.mjs');
  const { file } = await packageExtension({ out: path.join(root, 'test-output') });
  const { register } = await import('tsx/esm/api');
  register();
  const { Workbench } = await import('../test/workbench/rig/workbench.js');

  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'infill-')), 'shop');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'shop.ts'), BEFORE + AFTER);
  const workbench = await Workbench.start({
    folder,
    vsix: [file],
    viewport: { width: 1000, height: 440 },
    settings: {
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.sideBar.visible': false,
      'workbench.activityBar.location': 'hidden',
      'workbench.layoutControl.enabled': false,
      'editor.minimap.enabled': false,
      'editor.stickyScroll.enabled': false,
      'editor.cursorBlinking': 'solid',
      'editor.fontSize': 15,
      'breadcrumbs.enabled': false,
    },
  });
  try {
    await workbench.waitForExtension('infill-editor.infill');
    const lines = BEFORE.split('\n');
    await workbench.openFile(path.join(folder, 'shop.ts'), {
      line: lines.length,
      column: (lines.at(-1)?.length ?? 0) + 1,
    });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.page.locator('.monaco-editor textarea, .monaco-editor .native-edit-context').first().focus();
    await workbench.page.mouse.move(500, 200);
    await workbench.page.mouse.wheel(0, -1000);
    await workbench.page.keyboard.press('Alt+\\');
    const text = await workbench.waitForGhostText();
    await workbench.page.screenshot({ path: path.join(root, PICTURE) });
    console.log(`${PICTURE}: ${JSON.stringify(text)}`);
  } finally {
    await workbench.dispose();
  }
});
