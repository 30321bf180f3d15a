// Type-aware lint, and the import walls of ARCHITECTURE.md as errors. test/tooling/importWalls.test.ts proves each wall.
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importWalls } from './scripts/lint/importWalls.mjs';
import ownNames from './scripts/lint/ownNames.mjs';

export default defineConfig(
  {
    ignores: [
      'dist/',
      'out/',
      'test-output/',
      'test/fixtures/',
      'examples/',
      'models/',
      'training/',
      '.venv/',
      '.stage/',
      '.vscode-test/',
      '.cache/',
      'bench/peer/llama.mjs', // its one library is installed on demand only
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          // The test runner waits for these by itself.
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['describe', 'it', 'suite', 'test', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'prefer-const': 'error',
    },
  },
  ...importWalls(),
  {
    files: ['src/**'],
    plugins: { infill: { rules: { 'own-names': ownNames } } },
    rules: { 'infill/own-names': 'error' },
  },
  {
    // It only wires, and what it hands on is there by then. test/tooling/tablesOfContents.test.ts keeps it short.
    files: ['src/extension/extension.ts'],
    rules: { 'no-use-before-define': 'error' },
  },
  {
    // Numeric loops over typed arrays: a bounds check per element would say nothing.
    files: ['src/engine/**', 'test/**', 'bench/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src/engine/**', 'src/shared/**', 'src/modelStore/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/require-await': 'off', '@typescript-eslint/no-empty-function': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
    rules: {
      // Plain JavaScript: tsc checks it too, types stand in JSDoc.
      'no-undef': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // JSON has no type here; in TypeScript it is validated.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
