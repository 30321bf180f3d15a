import type { Candidate, RunReport } from '../../shared/outcome.js';
import { cutAtStop } from '../requests/cutAtStop.js';

/** What an answer is made of. */
export interface AnswerParts {
  /** Undefined where nothing is suggested. */
  readonly candidate: Candidate | undefined;
  readonly index: number;
  readonly report: RunReport;
  readonly model: string;
  readonly stops: readonly string[];
  readonly maxTokens: number;
}

/** A text as llama.cpp's server answers one. */
export function answerOf({ candidate, index, report, model, stops, maxTokens }: AnswerParts): Record<string, unknown> {
  const text = candidate?.text ?? '';
  const cut = cutAtStop(text, stops);
  const written = candidate?.tokens.length ?? 0;
  const read = report.encodedTokens;
  const readMs = report.ms.tokenize + report.ms.context;
  const writeMs = Math.max(0, report.ms.total - readMs);
  const isLong = cut === undefined && written >= maxTokens;
  return {
    index,
    content: cut?.text ?? text,
    id_slot: 0,
    stop: true,
    model,
    tokens_predicted: written,
    tokens_evaluated: read + report.reusedTokens,
    has_new_line: text.includes('\n'),
    truncated: false,
    stop_type: cut !== undefined ? 'word' : isLong ? 'limit' : 'eos',
    stopping_word: cut?.stop ?? '',
    tokens_cached: report.reusedTokens,
    timings: {
      prompt_n: read,
      prompt_ms: readMs,
      prompt_per_token_ms: readMs / Math.max(1, read),
      prompt_per_second: (1000 * read) / Math.max(0.001, readMs),
      predicted_n: written,
      predicted_ms: writeMs,
      predicted_per_token_ms: writeMs / Math.max(1, written),
      predicted_per_second: (1000 * written) / Math.max(0.001, writeMs),
    },
  };
}

/** The wanted fields of an answer, each under its whole path, `timings/prompt_n` for example; those that it does not have are left out. */
export function pickFields(answer: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const picked: [string, unknown][] = [];
  for (const field of fields) {
    let value: unknown = answer;
    for (const name of field.split('/')) {
      const has = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
      value = has ? Reflect.get(value as object, name) : undefined;
    }
    if (value !== undefined) picked.push([field, value]);
  }
  return Object.fromEntries(picked);
}
