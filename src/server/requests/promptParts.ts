/** How models of other makes are told prefix and suffix in one text: what stands before each, and what the prompt ends with. */
const TEMPLATES = [
  { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', end: '<|fim_middle|>' }, // Qwen, CodeGemma
  { prefix: '<fim_prefix>', suffix: '<fim_suffix>', end: '<fim_middle>' }, // StarCoder
  { prefix: '<fim-prefix>', suffix: '<fim-suffix>', end: '<fim-middle>' }, // SantaCoder
  { prefix: '<PRE> ', suffix: ' <SUF>', end: ' <MID>' }, // Code Llama
  { prefix: '<｜fim▁begin｜>', suffix: '<｜fim▁hole｜>', end: '<｜fim▁end｜>' }, // DeepSeek
  { prefix: '<|code_prefix|>', suffix: '<|code_suffix|>', end: '<|code_middle|>' }, // GLM
] as const;
/** Codestral's comes the other way round, and the prompt ends with the prefix. */
const REVERSED = { suffix: '[SUFFIX]', prefix: '[PREFIX]' };

/** The text before and after the hole that a prompt asks for: those that a model's own template of it says, or all of it and nothing. */
export function promptParts(prompt: string): { readonly prefix: string; readonly suffix: string } {
  for (const { prefix, suffix, end } of TEMPLATES) {
    const [start, between] = [prompt.indexOf(prefix), prompt.lastIndexOf(suffix)];
    if (start < 0 || between < start + prefix.length || !prompt.endsWith(end)) continue;
    return {
      prefix: prompt.slice(start + prefix.length, between),
      suffix: prompt.slice(between + suffix.length, prompt.length - end.length),
    };
  }
  const between = prompt.lastIndexOf(REVERSED.prefix);
  if (prompt.startsWith(REVERSED.suffix) && between > 0) {
    return {
      prefix: prompt.slice(between + REVERSED.prefix.length),
      suffix: prompt.slice(REVERSED.suffix.length, between),
    };
  }
  return { prefix: prompt, suffix: '' };
}
