import { InfillError } from '../../shared/infillError.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { DenoiseRequest, HolesRequest, InfillRequest } from '../../shared/infillRequest.js';
import type { Candidate, DenoiseOutcome, InfillOutcome, RunReport } from '../../shared/outcome.js';
import { completionTexts, type HostedText, messageText } from './forms/answerForm.js';
import { editedSelection, selectionIn } from './editedSelection.js';
import { answeredLines, editedLines, editPrompt } from './editPrompt.js';
import { formOf } from './forms/formOf.js';
import { type HostedModel, SENT_SIZES } from './forms/hostedModel.js';
import { HostedDrafts, type DraftsTold } from './hostedDrafts.js';
import { hostedPlace, type HostedPlace } from './hostedPlace.js';
import { type HostedPatience, hostedPost } from './hostedPost.js';
import type { HostedCall, ProviderForm } from './forms/providerForm.js';
import { textAround } from './textAround.js';

export interface HostedRequestsParts {
  readonly model: HostedModel;
  readonly patience: HostedPatience;
  readonly longPatience: HostedPatience;
  readonly key: () => Promise<string>;
}

/** How one request is asked. */
export interface HostedAsk extends DraftsTold {
  readonly signal: AbortSignal;
  /** Of what was done by now. */
  readonly report: () => RunReport;
}

/** UTF-16 units that a token has at least, as a rule; and tokens more than a selection has now. */
const UNITS_PER_TOKEN = 2;
const MORE_TOKENS = 64;

/** What is asked of a hosted model, and what is made of its answers. Throws HostedFailure for what goes wrong on the way. */
export class HostedRequests {
  readonly #form: ProviderForm;

  constructor(private readonly parts: HostedRequestsParts) {
    this.#form = formOf(parts.model.provider);
  }

  async infill(request: InfillRequest, ask: HostedAsk): Promise<InfillOutcome> {
    const { options, besides } = request;
    const place = besides === undefined ? hostedPlace(request) : ONE_TEXT_ONLY;
    if ('reason' in place) {
      return { kind: 'none', ...place, report: ask.report() };
    }
    const texts = await this.#fill(place, options, ask);
    const results = texts.map(({ text, isCut }) => place.fitted(text, isCut));
    const candidates = differing(results.flatMap((each) => ('text' in each ? [each] : [])));
    const [none] = results.flatMap((each) => ('text' in each ? [] : [each]));
    return candidates.length > 0
      ? { kind: 'infill', candidates, report: ask.report() }
      : { kind: 'none', ...(none ?? NOTHING_MISSING), report: ask.report() };
  }

  async holes({ parts, document, options }: HolesRequest, ask: HostedAsk): Promise<readonly InfillOutcome[]> {
    const outcomes: InfillOutcome[] = [];
    const [first = '', ...others] = parts;
    let prefix = first;
    for (const [i, part] of others.entries()) {
      const context = { ...document, prefix, prefixOffset: 0, suffix: others.slice(i).join('') };
      const outcome = await this.infill({ context, options: { ...options, candidates: 1 } }, ask);
      outcomes.push(outcome);
      prefix += (outcome.kind === 'infill' ? (outcome.candidates[0]?.text ?? '') : '') + part;
    }
    return outcomes;
  }

  async denoise(request: DenoiseRequest, ask: HostedAsk): Promise<DenoiseOutcome> {
    const { selection } = request;
    if (selection.length > SENT_SIZES.selection) {
      throw new InfillError(
        'invalid-request',
        `The selection has ${selection.length} characters; a hosted model is sent at most ${SENT_SIZES.selection}.`,
        'Select less, or run "Infill: Turn Off Hosted Model".',
      );
    }
    const written = await (this.#form.edit === undefined
      ? this.#refilled(request, ask)
      : this.#edited(request, this.#form.edit, ask));
    return editedSelection(written, request, ask.report());
  }

  async #edited(
    request: DenoiseRequest,
    edit: NonNullable<ProviderForm['edit']>,
    ask: HostedAsk,
  ): Promise<string | undefined> {
    const lines = editedLines(request);
    const prompt = editPrompt(lines);
    if (prompt === undefined) {
      throw new InfillError(
        'invalid-request',
        'The text has tags that the hosted model takes for its own.',
        'Run "Infill: Turn Off Hosted Model" to denoise it on this computer.',
      );
    }
    const { model } = this.parts.model;
    const units = lines.lineBefore.length + lines.selection.length + lines.lineAfter.length;
    const call = edit({ model, prompt, maxTokens: Math.ceil(units / UNITS_PER_TOKEN) + MORE_TOKENS });
    const { text, isCut } = messageText(await this.#post(call, ask, this.parts.longPatience));
    const answered = answeredLines(text);
    return isCut ? undefined : answered.trim() === 'None' ? lines.selection : selectionIn(answered, lines);
  }

  /** Where there is no edit endpoint the selection is written anew, without having been read. */
  async #refilled({ context, selection, options }: DenoiseRequest, ask: HostedAsk): Promise<string | undefined> {
    const { model } = this.parts.model;
    const { temperature, topP } = options;
    const call = this.#form.fill({
      ...{ model, ...textAround(context), temperature, topP, count: 1, streams: false, isOneLine: false },
      maxTokens: Math.ceil(selection.length / UNITS_PER_TOKEN) + MORE_TOKENS,
    });
    const [first] = completionTexts(await this.#post(call, ask, this.parts.longPatience));
    if (first === undefined || first.isCut) {
      return undefined;
    }
    const place = hostedPlace({ context, options: { ...options, multiline: 'always' } });
    const fitted = 'reason' in place ? place : place.fitted(first.text);
    return 'text' in fitted ? fitted.text.replaceAll('\r\n', '\n') : undefined;
  }

  async #fill(place: HostedPlace, options: InfillOptions, ask: HostedAsk): Promise<readonly HostedText[]> {
    const { before, after, isOneLine } = place;
    const { maxTokens, candidates, temperature, topP } = options;
    const { model } = this.parts.model;
    const count = this.#form.hasCount ? candidates : 1;
    const streams = ask.onStep !== undefined && count === 1;
    const call = this.#form.fill({ model, before, after, maxTokens, isOneLine, count, temperature, topP, streams });
    const drafts = new HostedDrafts(place, ask);
    const value = await this.#post(call, ask, this.parts.patience, (data) => drafts.add(data));
    // No more than were asked for: each is fitted and compared with all others.
    return value === undefined ? [drafts.whole] : completionTexts(value).slice(0, count);
  }

  async #post(
    { path, body }: HostedCall,
    { signal }: HostedAsk,
    patience: HostedPatience,
    onEvent: (data: string) => void = () => undefined,
  ): Promise<unknown> {
    const key = await this.parts.key();
    return hostedPost({ url: this.parts.model.address + path, body, key, signal, patience, onEvent });
  }
}

/** Each further text would be paid for, whether anybody looks at it or not. */
const ONE_TEXT_ONLY = {
  reason: 'low-confidence',
  detail: 'A hosted model is asked for one text only.',
} as const;

const NOTHING_MISSING = { reason: 'empty', detail: '' } as const;

function differing(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ text }, i) => candidates.findIndex((other) => other.text === text) === i);
}
