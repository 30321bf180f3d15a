import { Hono } from 'hono';
import { emptyReport } from '../../shared/outcome.js';
import { OPTION_RANGES, type OptionRange } from '../../shared/optionRanges.js';
import { fillContext } from '../requests/fillContext.js';
import { DEFAULT_TOKENS, type GivenOptions, LEAST_TOP_P, optionsOf } from '../requests/optionsOf.js';
import { readJson } from '../requests/readJson.js';
import { sendEvents } from '../service/sendEvents.js';
import { inTurn, type Served, type ServerEnv, takeTurn } from '../service/served.js';
import { answerOf, pickFields } from './answerOf.js';
import { ExtraTexts } from './extraTexts.js';
import { type InfillBody, infillSchema } from './infillRequest.js';

/** A document that no index holds. */
const HERE = 'extra:here';

/** `POST /infill` and `GET /props` as llama.cpp's server has them, for the editors' plugins that know these. */
export function llamaRoutes(served: Served): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  const extras = new ExtraTexts();
  const { engine, version } = served;
  const model = engine.info.name;
  app.get('/props', (c) =>
    c.json({
      default_generation_settings: {
        id: 0,
        n_ctx: engine.limits.prefix + engine.limits.suffix,
        is_processing: served.turns.isComputing,
        params: { n_predict: DEFAULT_TOKENS, temperature: 0, top_p: 1, seed: 0, stream: false, stop: [] },
      },
      total_slots: 1,
      model_path: model,
      model_alias: model,
      chat_template: '',
      modalities: { vision: false, audio: false },
      build_info: `infill ${version}`,
    }),
  );
  app.post('/infill', async (c) => {
    const body = await readJson(c, infillSchema, (work) => takeTurn(c, served, work));
    const maxTokens = tokensOf(body);
    const parts = { model, stops: body.stop ?? [], maxTokens };
    let answers = [answerOf({ ...parts, candidate: undefined, index: 0, report: emptyReport() })];
    // An editor that wants nothing written warms a cache up, which this server has no need of.
    if (maxTokens > 0) {
      const context = { ...fillContext(body.input_prefix + body.prompt, body.input_suffix), uri: HERE };
      const options = optionsOf(givenOptions(body, maxTokens), engine.recommended);
      const outcome = await inTurn(c, served, async (signal) => {
        const project = await extras.of(body.input_extra, signal);
        const filling = project === undefined ? engine : engine.forProject(project);
        return filling.infill({ context, options }, { signal });
      });
      const { report } = outcome;
      const candidates = outcome.kind === 'infill' ? outcome.candidates : [undefined];
      answers = candidates.map((candidate, index) => answerOf({ ...parts, candidate, index, report }));
    }
    const { response_fields: fields, stream } = body;
    if (stream === true) {
      return sendEvents(c, async (sse) => {
        for (const { content, ...answer } of answers) {
          await sse.writeSSE({ data: JSON.stringify({ index: answer['index'], content, stop: false }) });
          await sse.writeSSE({ data: JSON.stringify({ ...answer, content: '' }) });
        }
      });
    }
    const shown = fields === undefined ? answers : answers.map((answer) => pickFields(answer, fields));
    // As there: several completions are a list, one is itself.
    return c.json((body.n_cmpl ?? 1) > 1 ? shown : (shown[0] ?? {}));
  });
  return app;
}

/** As many as fit where the body says less than 0 or nothing. */
function tokensOf({ n_predict: asked = -1 }: InfillBody): number {
  return asked < 0 ? DEFAULT_TOKENS : Math.min(asked, OPTION_RANGES.maxTokens.most);
}

function givenOptions(body: InfillBody, maxTokens: number): GivenOptions {
  const { t_max_predict_ms: deadline = 0, temperature, top_p: topP, seed, n_cmpl: candidates, steps } = body;
  const within = (value: number | undefined, { least, most }: OptionRange): number | undefined =>
    value === undefined ? undefined : Math.min(Math.max(value, least), most);
  return {
    maxTokens,
    candidates: within(candidates, OPTION_RANGES.candidates),
    // 0 and less = no limit, as there.
    deadlineMs: deadline <= 0 ? undefined : within(Math.round(deadline), OPTION_RANGES.deadlineMs),
    temperature: within(temperature, OPTION_RANGES.temperature),
    topP: within(topP, { ...OPTION_RANGES.topP, least: LEAST_TOP_P }),
    seed,
    steps,
  };
}
