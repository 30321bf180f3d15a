import { HostedFailure } from './hostedFailure.js';

/** What an answer, or a piece of one, says. */
export interface HostedText {
  readonly text: string;
  /** Whether it broke off because no more tokens were allowed. */
  readonly isCut: boolean;
  /** Whether it came to its end, one way or the other. */
  readonly isEnded: boolean;
}

/** The texts of an answer of completions (`choices[].text`), in its order. */
export function completionTexts(value: unknown): readonly HostedText[] {
  return choicesOf(value).map((choice, i) => textOf(choice, choice['text'], `choices[${i}].text`));
}

/** The first text of a piece of such an answer; undefined where it has none, as the piece that only counts tokens. */
export function completionPiece(data: string): HostedText | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw wrong('a piece of it is no JSON');
  }
  if (isRecord(value) && value['error'] !== undefined) {
    throw wrong('it ended with an error of the provider');
  }
  const [choice] = choicesOf(value);
  return choice && textOf(choice, choice['text'] ?? '', 'choices[0].text');
}

/** The text of an answer in messages (`choices[0].message.content`): a text, or parts of one. */
export function messageText(value: unknown): HostedText {
  const [choice] = choicesOf(value);
  const message = choice?.['message'];
  if (choice === undefined || !isRecord(message)) {
    throw wrong('choices[0].message is missing');
  }
  const { content } = message;
  const joined = Array.isArray(content)
    ? content.map((part: unknown) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('')
    : content;
  return textOf(choice, joined, 'choices[0].message.content');
}

function textOf(choice: Readonly<Record<string, unknown>>, text: unknown, where: string): HostedText {
  if (typeof text !== 'string') {
    throw wrong(`${where} is no text`);
  }
  const reason = choice['finish_reason'];
  return { text, isCut: reason === 'length', isEnded: typeof reason === 'string' };
}

function choicesOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const choices = isRecord(value) ? value['choices'] : undefined;
  if (!Array.isArray(choices) || !choices.every(isRecord)) {
    throw wrong('choices is missing');
  }
  return choices;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(what: string): HostedFailure {
  return new HostedFailure({ kind: 'form', what });
}
