/** The rules by which known tokenizers split text before bytes are merged; merges never cross these splits. */
export type SplitRule = 'gpt2' | 'qwen2' | 'llama3' | 'seed-coder';

/**
 * The rules' own patterns, in the syntax of Oniguruma, as tokenizer.json has them (GPT-2's is built into its `ByteLevel`).
 * Another pattern is another tokenizer.
 */
export const PATTERNS: ReadonlyMap<string, SplitRule> = new Map([
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    'qwen2',
  ],
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    'llama3',
  ],
  // Seed-Coder's, whose vocabulary iLLaDA has. Line ends are the characters themselves, as llama.cpp's llama-vocab.cpp quotes it, or escaped.
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\r\n]+|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    'seed-coder',
  ],
  [
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    'seed-coder',
  ],
]);

/** Letters that case folding makes of s are S and U+017F; the others have two cases. */
const CONTRACTION = "'(?:[sS\u017f]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
const BLANKS = '\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+';
const PUNCTUATION = ' ?[^\\p{White_Space}\\p{L}\\p{N}]+';
const tiktoken = (digits: string, afterPunctuation = '[\\r\\n]*'): RegExp =>
  new RegExp(
    `${CONTRACTION}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}|${PUNCTUATION}${afterPunctuation}|\\p{White_Space}*[\\r\\n]+|${BLANKS}`,
    'gu',
  );

/**
 * The rules in JavaScript's syntax. Oniguruma's `\s` is Unicode's White_Space, from which JavaScript's own differs in U+0085 and
 * U+FEFF.
 */
export const SPLITS: Readonly<Record<SplitRule, RegExp>> = {
  gpt2: new RegExp(`'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|${PUNCTUATION}|${BLANKS}`, 'gu'),
  qwen2: tiktoken('\\p{N}'),
  llama3: tiktoken('\\p{N}{1,3}'),
  'seed-coder': tiktoken('\\p{N}', ''),
};
