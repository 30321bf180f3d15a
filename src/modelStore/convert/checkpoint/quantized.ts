import * as z from 'zod';
import type { InfillError } from '../../../shared/infillError.js';
import type { SafetensorsHeader } from '../../../engine/network/folder/safetensors.js';
import { unsupported } from './unsupported.js';

const configSchema = z.looseObject({
  quantization_config: z
    .looseObject({
      quant_method: z.string().optional(),
      bits: z.number().optional(),
      load_in_4bit: z.boolean().optional(),
      load_in_8bit: z.boolean().optional(),
    })
    .nullish(),
  /** MLX. */
  quantization: z.looseObject({ bits: z.number().optional() }).nullish(),
});

/** As people call the methods that transformers names in `quant_method` (its quantization documentation). */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['gptq', 'GPTQ'],
  ['awq', 'AWQ'],
  ['bitsandbytes', 'bitsandbytes'],
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

/** Refuses a checkpoint whose configuration says that its weights are quantized. `base` = the model that it was made of, where known. */
export function refuseQuantizedConfig(config: unknown, base?: string): void {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) return; // what it is instead is for the families to say
  const { quantization_config: stated, quantization: mlx } = parsed.data;
  if (stated === undefined || stated === null) {
    if (mlx !== undefined && mlx !== null) throw quantized(named('MLX', mlx.bits), base);
    return;
  }
  const { quant_method: method, load_in_4bit: isFour, load_in_8bit: isEight } = stated;
  const bits = stated.bits ?? (isFour === true ? 4 : isEight === true ? 8 : undefined);
  throw quantized(named(METHODS.get(method ?? 'bitsandbytes') ?? method ?? '', bits), base);
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

function named(method: string, bits: number | undefined): string {
  return bits === undefined ? method : `${method}, ${bits} bits`;
}

function quantized(how: string, base: string | undefined): InfillError {
  return unsupported(
    `its weights are quantized already (${how})`,
    `Get ${base ?? 'the repository that it was made of'}, with weights in bfloat16, float16 or float32: Infill quantizes them itself.`,
  );
}
