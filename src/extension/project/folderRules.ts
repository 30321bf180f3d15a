import ignore from 'ignore';
import picomatch from 'picomatch';

export interface FolderRulesParts {
  /** Globs below the workspace folder, as in `files.exclude`: what they match is left out with all that is in it. */
  readonly patterns: readonly string[];
  /** The text of `.gitignore` in a folder, which is '' or a path below the workspace folder; undefined if there is none. */
  readonly ignoreFile: (folder: string) => Promise<string | undefined>;
}

/** Rules of a `.gitignore`, and the length of its folder's path with its `/`. */
interface Level {
  readonly skip: number;
  readonly rules: ReturnType<typeof ignore.default>;
}

interface Folder {
  readonly isLeftOut: boolean;
  /** From the workspace folder downwards. */
  readonly levels: readonly Level[];
}

/** What of a workspace folder is no part of the project. Paths are below that folder, with `/`; what was found out is kept. */
export class FolderRules {
  private readonly isExcluded: (path: string) => boolean;
  private readonly folders = new Map<string, Promise<Folder>>();

  constructor(private readonly parts: FolderRulesParts) {
    const matchers = parts.patterns.flatMap((pattern) => {
      try {
        return [picomatch(pattern, { dot: true })];
      } catch {
        return []; // VS Code has the setting, and says what is wrong with it
      }
    });
    this.isExcluded = (path) => matchers.some((matches) => matches(path));
  }

  async leavesOut(path: string): Promise<boolean> {
    const folder = await this.folder(parentOf(path));
    return folder.isLeftOut || this.isExcluded(path) || isIgnored(folder.levels, path);
  }

  private folder(path: string): Promise<Folder> {
    let found = this.folders.get(path);
    if (found === undefined) {
      found = this.lookAt(path);
      this.folders.set(path, found);
    }
    return found;
  }

  private async lookAt(path: string): Promise<Folder> {
    const above = path === '' ? { isLeftOut: false, levels: [] } : await this.folder(parentOf(path));
    // As git has it: what is in an ignored folder is ignored, whatever a .gitignore there says.
    if (above.isLeftOut || (path !== '' && (this.isExcluded(path) || isIgnored(above.levels, `${path}/`)))) {
      return { isLeftOut: true, levels: [] };
    }
    const text = await this.parts.ignoreFile(path);
    if (text === undefined) {
      return above;
    }
    const level = { skip: path === '' ? 0 : path.length + 1, rules: ignore.default().add(text) };
    return { isLeftOut: false, levels: [...above.levels, level] };
  }
}

/** The `.gitignore` nearest to the path that says something has the last word. */
function isIgnored(levels: readonly Level[], path: string): boolean {
  return levels.reduce((isSo, { skip, rules }) => {
    const { ignored, unignored } = rules.test(path.slice(skip));
    return ignored || (isSo && !unignored);
  }, false);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
