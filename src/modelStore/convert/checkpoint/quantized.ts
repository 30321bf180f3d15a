import * as z from 'zod';
import type { InfillError } from '../../../shared/infillError.js';
import type { SafetensorsHeader } from '../../../engine/network/folder/safetensors.js';
import { unsupported } from './unsupported.js';

const statedSchema = z
  .looseObject({
    quant_method: z.string().nullish(),
    bits: z.number().optional().catch(undefined),
    load_in_4bit: z.boolean().optional(),
    load_in_8bit: z.boolean().optional(),
  })
  .nullish()
  .catch(undefined);
const configSchema = z.looseObject({
  quantization_config: statedSchema,
  /** compressed-tensors, before transformers read it. */
  compression_config: statedSchema,
  /** MLX. */
  quantization: z.looseObject({ bits: z.number().optional() }).nullish(),
});

const BITS_AND_BYTES = 'bitsandbytes';
/** As people call the methods that transformers names in `quant_method` (its quantization documentation). */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['gptq', 'GPTQ'],
  ['awq', 'AWQ'],
  [BITS_AND_BYTES, BITS_AND_BYTES],
  ['fp8', 'FP8'],
  ['fbgemm_fp8', 'FP8'],
  ['mxfp4', 'MXFP4'],
]);

/** Tensors that only such files have: the names that the programs give them, and where names do not suffice, types. */
const SIGNS: readonly (readonly [name: RegExp, type: RegExp, method: string])[] = [
  [/\.(?:qweight|qzeros|g_idx)$/, /./, 'GPTQ or AWQ'],
  [/\.weight\.(?:absmax|quant_map|nested_absmax|quant_state\.[\w]+)$|\.SCB$/, /./, 'bitsandbytes'],
  [/_blocks$/, /^U8$/, 'MXFP4'],
  [/./, /^F8_/, 'FP8'],
  [/./, /^F(?:4$|6_)/, '4-bit or 6-bit floating point'],
  [/\.weight(?:_packed)?$/, /^(?:I8|U8|I32|U32)$/, 'whole numbers'],
];

/**
 * Refuses a checkpoint whose configuration says that its weights are quantized. `base` = the model that it was made of, where known.
 * What bitsandbytes states is believed only where `isBlind`, that is, where the tensors cannot be looked at: it is left in the configuration
 * of weights that were trained with it and saved in floating point (unslothai/unsloth, issues 105 and 1601; allenai/open-instruct, 149).
 */
export function refuseQuantizedConfig(config: unknown, base?: string, isBlind = false): void {
  for (const { method, bits } of statedBy(config)) {
    if (isBlind || method !== BITS_AND_BYTES) throw quantized(named(method, bits), base);
  }
}

/** A sentence on weights in floating point that the configuration calls quantized; undefined where it does not. */
export function leftoverNote(config: unknown): string | undefined {
  return statedBy(config).some(({ method }) => method === BITS_AND_BYTES)
    ? 'config.json says that the weights are quantized by bitsandbytes, which they are not: they were taken as they are.'
    : undefined;
}

interface Stated {
  /** As people call it. */
  readonly method: string;
  readonly bits: number | undefined;
}

function statedBy(config: unknown): readonly Stated[] {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) return []; // what it is instead is for the families to say
  const { quantization_config: stated, compression_config: compressed, quantization: mlx } = parsed.data;
  const all = [stated, compressed].filter((each) => each !== undefined && each !== null);
  return [
    ...(mlx === undefined || mlx === null ? [] : [{ method: 'MLX', bits: mlx.bits }]),
    ...all.flatMap(({ quant_method: method, bits: own, load_in_4bit: isFour, load_in_8bit: isEight }) => {
      const bits = own ?? (isFour === true ? 4 : isEight === true ? 8 : undefined);
      // bitsandbytes writes its settings where they are all off as well.
      const isUnsaid = method === undefined || method === null || (isFour === false && isEight === false);
      return bits === undefined && isUnsaid ? [] : [{ method: methodName(method ?? BITS_AND_BYTES), bits }];
    }),
  ];
}

/** Refuses weight files whose headers show that they are quantized. */
export function refuseQuantizedTensors(files: ReadonlyMap<string, SafetensorsHeader>, base?: string): void {
  const all = [...files].flatMap(([file, { tensors }]) =>
    [...tensors].map(([name, { dtype }]) => ({ file, name, dtype })),
  );
  for (const [pattern, type, method] of SIGNS) {
    const found = all.find(({ name, dtype }) => pattern.test(name) && type.test(dtype));
    if (found === undefined) continue;
    throw quantized(`${method}; ${found.name} in ${found.file} has the type ${found.dtype}`, base);
  }
}

function methodName(method: string): string {
  const known = METHODS.get(method.toLowerCase());
  return known ?? (/^[\w.-]{1,40}$/.test(method) ? method : 'by a method that Infill does not know');
}

function named(method: string, bits: number | undefined): string {
  return bits === undefined ? method : `${method}, ${bits} bits`;
}

function quantized(how: string, base: string | undefined): InfillError {
  return unsupported(
    `its weights are quantized already (${how})`,
    `Get ${base ?? 'the repository that it was made of'}, with weights in bfloat16, float16 or float32: Infill quantizes them itself.`,
  );
}
