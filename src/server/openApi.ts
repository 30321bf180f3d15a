import * as z from 'zod';
import { CLIENT_HEADER } from '../process/serverProtocol.js';
import { infillSchema } from './llama/infillRequest.js';
import { canvasSchema, denoiseSchema, fillSchema, holesSchema, projectSchema } from './native/nativeRequests.js';
import { completionSchema } from './openai/completionRequest.js';

const ERROR = {
  description: 'What went wrong, and what to do about it.',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['error'],
        properties: {
          error: {
            type: 'object',
            required: ['message', 'type', 'param', 'code'],
            properties: {
              message: { type: 'string' },
              type: { type: 'string' },
              param: { type: 'null' },
              code: { type: 'string' },
              remedy: { type: 'string' },
            },
          },
        },
      },
    },
  },
};
const REFUSED = Object.fromEntries(
  ['400', '401', '403', '409', '413', '415', '429', '503'].map((status) => [status, ERROR]),
);

/** The server's routes in the form of OpenAPI 3.1. @param version of Infill */
export function openApi(version: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Infill', version, license: { name: 'MIT' } },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{}, { token: [] }],
    paths: {
      '/v1/completions': {
        post: posted('Complete as OpenAI does', completionSchema, ['application/json', 'text/event-stream']),
      },
      '/v1/models': { get: got('The model that is loaded') },
      '/v1/models/{id}': {
        get: {
          ...got('The model that is loaded, if it has this name', { '404': ERROR }),
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', minLength: 1 } }],
        },
      },
      '/infill': {
        post: posted("Fill in as llama.cpp's server does", infillSchema, ['application/json', 'text/event-stream']),
      },
      '/props': { get: got("What llama.cpp's server tells of itself") },
      '/infill/v1/fill': {
        post: posted("The engine's whole request", fillSchema, ['application/json', 'text/event-stream']),
      },
      '/infill/v1/denoise': {
        post: posted('Denoise a selection', denoiseSchema, ['application/json', 'text/event-stream']),
      },
      '/infill/v1/canvas': {
        post: posted('Denoise a canvas', canvasSchema, ['application/json', 'text/event-stream']),
      },
      '/infill/v1/holes': {
        post: posted('Fill several holes of one document', holesSchema, ['application/json', 'text/event-stream']),
      },
      '/infill/v1/project': {
        post: of(
          posted("Change the texts that take part in the client's requests", projectSchema, ['application/json']),
        ),
        get: of(got('What is known of the texts of this client')),
      },
      '/infill/v1/model': { get: got('The model, and which version of the protocol is spoken') },
      '/health': { get: { ...got('Whether the server answers'), security: [{}] } },
      '/metrics': { get: got('Counts and times for Prometheus', {}, 'text/plain') },
      '/openapi.json': { get: got('This document') },
    },
  };
}

interface Operation {
  readonly summary: string;
  readonly requestBody?: object;
  readonly responses: object;
}

/** What only a client that names itself may ask. */
function of({ responses, ...operation }: Operation): object {
  const parameters = [{ name: CLIENT_HEADER, in: 'header', required: true, schema: { type: 'string', minLength: 1 } }];
  return { ...operation, parameters, responses: { ...responses, ...REFUSED } };
}

function posted(summary: string, schema: z.ZodType, types: readonly string[]): Operation {
  return {
    summary,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) } },
    },
    responses: { ...answered(types), ...REFUSED },
  };
}

function got(summary: string, further: object = {}, type = 'application/json'): Operation {
  return { summary, responses: { ...answered([type]), '401': ERROR, '403': ERROR, ...further } };
}

function answered(types: readonly string[]): object {
  return { '200': { description: 'The answer.', content: Object.fromEntries(types.map((type) => [type, {}])) } };
}
