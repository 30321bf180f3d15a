// Writes models/recommended.schema.json, the options that a model's manifest may recommend, for programs that do not run TypeScript.
// A test says when it is out of date: node --import=tsx scripts/recommendedSchema.mjs
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { recommendedOptions } from '../src/engine/contract/recommended.js';

const file = path.join(import.meta.dirname, '../models/recommended.schema.json');
writeFileSync(file, `${JSON.stringify(z.toJSONSchema(recommendedOptions, { io: 'input' }), undefined, 2)}\n`);
