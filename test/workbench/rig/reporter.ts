import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Installs a small extension that writes down which extensions are active: the page cannot tell. */
export function installReporter(home: string): void {
  const folder = path.join(home, 'extensions', 'infill-rig.reporter-0.0.1');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'reporter',
    publisher: 'infill-rig',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    main: './extension.js',
    activationEvents: ['*'],
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    path.join(folder, 'extension.js'),
    `const fs = require('node:fs');
    const { extensions } = require('vscode');
    let timer;
    exports.activate = () => {
      const report = () => {
        const active = extensions.all.filter((extension) => extension.isActive).map((extension) => extension.id);
        fs.writeFileSync(${JSON.stringify(activeFile(home))}, active.join('\\n'));
      };
      timer = setInterval(report, 100);
    };
    exports.deactivate = () => clearInterval(timer);`,
  );
}

/** Ids of the active extensions, in lower case. */
export function activeExtensions(home: string): string[] {
  const file = activeFile(home);
  return existsSync(file) ? readFileSync(file, 'utf8').toLowerCase().split('\n') : [];
}

function activeFile(home: string): string {
  return path.join(home, 'active-extensions');
}
