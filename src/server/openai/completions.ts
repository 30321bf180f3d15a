import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { InfillOutcome } from '../../shared/outcome.js';
import { cutAtStop } from '../requests/cutAtStop.js';
import { fillContext } from '../requests/fillContext.js';
import { optionsOf } from '../requests/optionsOf.js';
import { readJson } from '../requests/readJson.js';
import { sendEvents } from '../service/sendEvents.js';
import { inTurn, type Served, type ServerEnv, takeTurn } from '../service/served.js';
import { completionRequest, type CompletionRequest, completionSchema } from './completionRequest.js';

/** One text of a completion, as OpenAI's have it. */
interface Choice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: null;
  readonly finish_reason: 'stop' | 'length';
}

/** Clients look at the first choice, even where they want no text. */
const NOTHING: Omit<Choice, 'index'> = { text: '', logprobs: null, finish_reason: 'length' };

/** `POST /v1/completions` and `GET /v1/models`, as clients of OpenAI's first completion endpoint want them. */
export function openaiRoutes(served: Served): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  const { engine } = served;
  const began = Math.floor(Date.now() / 1000);
  const model = { id: engine.info.name, object: 'model', created: began, owned_by: 'infill' };
  app.get('/models', (c) => c.json({ object: 'list', data: [model] }));
  app.get('/models/:id', (c) => (c.req.param('id') === model.id ? c.json(model) : c.notFound()));
  app.post('/completions', async (c) => {
    const body = await readJson(c, completionSchema, (work) => takeTurn(c, served, work));
    const request = completionRequest(body);
    const options = optionsOf(request.options, engine.recommended);
    const wantsText = body.max_tokens !== 0;
    const outcomes: InfillOutcome[] = [];
    if (wantsText) {
      for (const { prefix, suffix } of request.holes) {
        const context = fillContext(prefix, suffix, request.language);
        outcomes.push(await inTurn(c, served, (signal) => engine.infill({ context, options }, { signal })));
      }
    }
    const texts = wantsText
      ? outcomes.flatMap((outcome) => choicesOf(outcome, request))
      : request.holes.map(() => NOTHING);
    const choices = texts.map((choice, index): Choice => ({ ...choice, index }));
    const head = {
      id: `cmpl-${randomUUID()}`,
      object: 'text_completion',
      created: Math.floor(Date.now() / 1000),
      model: engine.info.name,
    };
    const usage = usageOf(outcomes);
    if (body.stream !== true) return c.json({ ...head, choices, usage });
    return sendEvents(c, async (stream) => {
      for (const { text, index } of choices) {
        const choice = { text, index, logprobs: null, finish_reason: null };
        await stream.writeSSE({ data: JSON.stringify({ ...head, choices: [choice] }) });
      }
      const ended = choices.map((choice) => ({ ...choice, text: '' }));
      await stream.writeSSE({ data: JSON.stringify({ ...head, choices: ended, usage }) });
      await stream.writeSSE({ data: '[DONE]' });
    });
  });
  return app;
}

/** An outcome without a text is an empty one: clients look at the first. */
function choicesOf(outcome: InfillOutcome, { stops, options }: CompletionRequest): readonly Omit<Choice, 'index'>[] {
  if (outcome.kind === 'none') return [{ text: '', logprobs: null, finish_reason: 'stop' }];
  return outcome.candidates.map(({ text, tokens }) => {
    const cut = cutAtStop(text, stops);
    const isLong = cut === undefined && tokens.length >= (options.maxTokens ?? Infinity);
    return { text: cut?.text ?? text, logprobs: null, finish_reason: isLong ? 'length' : 'stop' };
  });
}

function usageOf(outcomes: readonly InfillOutcome[]): object {
  const sum = (of: (outcome: InfillOutcome) => number): number =>
    outcomes.reduce((all, outcome) => all + of(outcome), 0);
  const prompt = sum(({ report }) => report.encodedTokens + report.reusedTokens);
  const written = sum((outcome) =>
    outcome.kind === 'infill' ? outcome.candidates.reduce((all, { tokens }) => all + tokens.length, 0) : 0,
  );
  return { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written };
}
