import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { packageContents } from '../../scripts/vsix/contents.mjs';
import { readJson, ROOT } from './sourceFiles.js';

type Texts = Readonly<Record<string, string>>;

/** What VS Code reads for each language: the manifest's texts beside package.json, those of the sources in its `l10n` folder. */
const FILES = [
  { english: 'package.nls.json', translated: (language: string) => `package.nls.${language}.json` },
  { english: 'l10n/bundle.l10n.json', translated: (language: string) => `l10n/bundle.l10n.${language}.json` },
] as const;

/** What VS Code calls its languages; at least these are there. */
const LANGUAGES = languagesOf(['package.nls', 'l10n/bundle.l10n']);

/** Parts of a text that a translation brings unchanged, in any order. */
const KEPT: Readonly<Record<string, (text: string) => string[]>> = {
  placeholders: (text) => all(/\{\d+\}/g, text),
  'links and the commands behind them': (text) => all(/\]\((command:[^)]*|https?:[^)]*)\)/g, text),
  'settings and code': (text) => all(/`+[^`]+`+/g, text).filter((code) => !KEYS.test(code)),
  'names of settings': (text) => all(/\binfill\.[\w.]+|\beditor\.[\w.]+/g, text).map((name) => name.replace(/\.$/, '')),
  'icons and lines': (text) => all(/\$\([\w~-]+\)|\n/g, text),
};

/** Keys have names of their own in other languages. */
const KEYS = /^``/;

test('German and French are there, and the manifest says where', () => {
  assert.deepEqual(
    LANGUAGES.filter((language) => ['de', 'fr'].includes(language)),
    ['de', 'fr'],
  );
  assert.equal((readJson('package.json') as { l10n?: string }).l10n, './l10n');
});

// The one test that fails after a text was added or changed in English: it lists what each file lacks, and what is left over.
test('every text is translated, and nothing else is', () => {
  const faults = LANGUAGES.flatMap((language) =>
    FILES.flatMap(({ english, translated }) => {
      const wanted = Object.keys(textsOf(english));
      const had = Object.keys(textsOf(translated(language)));
      const missing = wanted.filter((key) => !had.includes(key)).map((key) => `missing: ${key}`);
      const left = had.filter((key) => !wanted.includes(key)).map((key) => `left over: ${key}`);
      const faulty = [...missing, ...left];
      return faulty.length === 0 ? [] : [`${translated(language)}\n  ${faulty.join('\n  ')}`];
    }),
  );
  assert.equal(faults.join('\n'), '');
});

for (const language of LANGUAGES) {
  describe(`${language}: what is no language stays as it is`, () => {
    for (const { english, translated } of FILES) {
      const pairs = Object.entries(textsOf(translated(language))).flatMap(([key, text]) => {
        const original = textsOf(english)[key];
        return original === undefined ? [] : [{ key, original, text }];
      });
      for (const [what, partsOf] of Object.entries(KEPT)) {
        test(`${translated(language)}: ${what}`, () => {
          const lost = pairs.filter(({ original, text }) => partsOf(original).join() !== partsOf(text).join());
          assert.deepEqual(
            lost.map(({ key, original, text }) => ({ key, wanted: partsOf(original), had: partsOf(text) })),
            [],
          );
        });
      }
      test(`${translated(language)}: sorted as the English one, and nothing is empty`, () => {
        const had = Object.keys(textsOf(translated(language)));
        const wanted = Object.keys(textsOf(english));
        assert.deepEqual(
          had,
          wanted.filter((key) => had.includes(key)),
        );
        assert.deepEqual(
          pairs.filter(({ text }) => text.trim() === ''),
          [],
        );
      });
      test(`${translated(language)}: a space that does not break stands before a percent sign`, () => {
        assert.deepEqual(
          pairs.filter(({ text }) => /[\d}] ?%(?![0-9A-F]{2})/.test(text)).map(({ text }) => text),
          [],
        );
      });
    }
  });
}

test('a step of the walkthrough fits into a small window, whatever the language', () => {
  for (const language of ['', ...LANGUAGES.map((each) => `.${each}`)]) {
    for (const [key, text] of Object.entries(textsOf(`package.nls${language}.json`))) {
      const words = text.replace(/\n\[[^]*/, '');
      assert.ok(
        !/^walkthrough\..*\.description/.test(key) || words.length <= 200,
        `${language} ${key}: ${words.length}`,
      );
    }
  }
});

test('what texts call a command is its name in that language', () => {
  for (const language of ['', ...LANGUAGES.map((each) => `.${each}`)]) {
    const texts = textsOf(`package.nls${language}.json`);
    const titles = Object.entries(texts).flatMap(([key, text]) =>
      key.startsWith('command.') ? [withoutInfill(text)] : [],
    );
    const named = Object.values(texts).flatMap((text) => all(/\*\*(Infill\s?: [^*]+)\*\*/g, text).map(withoutInfill));
    assert.ok(named.length >= 4, language);
    assert.deepEqual(
      named.filter((name) => !titles.includes(name)),
      [],
      language,
    );
  }
});

test('README calls commands by their names', () => {
  const titles = Object.entries(textsOf('package.nls.json')).flatMap(([key, text]) =>
    key.startsWith('command.') ? [withoutInfill(text)] : [],
  );
  const named = all(/\*Infill: ([^*]+?)\.?\*/g, readFileSync(path.join(ROOT, 'README.md'), 'utf8'));
  assert.ok(named.length >= 3);
  assert.deepEqual(
    named.filter((name) => !titles.includes(name)),
    [],
  );
});

test('in English no space stands before a percent sign', () => {
  const spaced = FILES.flatMap(({ english }) => Object.values(textsOf(english))).filter((text) => /\s%/.test(text));
  assert.deepEqual(spaced, []);
});

test('the package has the texts of every language', { skip: !existsSync(path.join(ROOT, 'dist/worker.cjs')) }, () => {
  const files = packageContents('linux-x64');
  for (const language of LANGUAGES) {
    for (const { translated } of FILES) {
      assert.ok(files.includes(translated(language)), translated(language));
    }
  }
});

/** A command's name as texts bring it. */
function withoutInfill(title: string): string {
  return title.replace(/^Infill\s?: /, '').replace(/\.\.\.$/, '');
}

function all(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([whole, part]) => part ?? whole).sort();
}

function textsOf(file: string): Texts {
  return existsSync(path.join(ROOT, file)) ? (readJson(file) as Texts) : {};
}

function languagesOf(stems: readonly string[]): string[] {
  const found = stems.flatMap((stem) => {
    const { dir, base } = path.parse(stem);
    return readdirSync(path.join(ROOT, dir)).flatMap((name) =>
      name.startsWith(`${base}.`) ? (/^\.([a-z-]+)\.json$/i.exec(name.slice(base.length))?.[1] ?? []) : [],
    );
  });
  return [...new Set(found)].sort();
}
