import picomatch from 'picomatch';

/** Paths that are remembered; then it begins anew. */
const REMEMBERED = 2000;

/** Tells whether a file's text may be used. Compiled patterns are kept until the list changes. */
export class FileExclusion {
  private compiledFrom: readonly string[] = [];
  private matchers: readonly { readonly pattern: string; readonly matches: (path: string) => boolean }[] = [];

  /** Which matcher is a path's first, by its index; asked for with every key. */
  private readonly firstMatches = new Map<string, number | undefined>();

  /** @param warn told once for each pattern that cannot be used. */
  constructor(private readonly warn: (text: string) => void) {}

  /**
   * @param paths the same file written in several ways: absolute, relative to its workspace folder; separators are `/`.
   * @returns the first pattern that matches, or undefined if the file may be used.
   */
  patternFor(paths: readonly string[], patterns: readonly string[]): string | undefined {
    if (patterns.length !== this.compiledFrom.length || patterns.some((each, i) => each !== this.compiledFrom[i])) {
      this.compile(patterns);
    }
    const found = paths.map((path) => this.firstMatch(path)).filter((index) => index !== undefined);
    return found.length === 0 ? undefined : this.matchers[Math.min(...found)]?.pattern;
  }

  private firstMatch(path: string): number | undefined {
    if (!this.firstMatches.has(path)) {
      if (this.firstMatches.size >= REMEMBERED) {
        this.firstMatches.clear();
      }
      const index = this.matchers.findIndex((each) => each.matches(path));
      this.firstMatches.set(path, index < 0 ? undefined : index);
    }
    return this.firstMatches.get(path);
  }

  private compile(patterns: readonly string[]): void {
    this.compiledFrom = [...patterns];
    this.firstMatches.clear();
    this.matchers = patterns.flatMap((pattern) => {
      try {
        // Without regard to case: on Windows and macOS `.ENV` is `.env`, and a false match only costs a suggestion.
        return [{ pattern, matches: picomatch(pattern, { dot: true, nocase: true }) }];
      } catch (error) {
        this.warn(`infill.excludedFiles: the pattern ${JSON.stringify(pattern)} cannot be used: ${String(error)}`);
        return [];
      }
    });
  }
}
