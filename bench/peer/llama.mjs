// The peer: a llama.cpp completer in a process of its own, driven by one JSON line per command on stdin.
//   {"prime": [...]}                  evaluate these tokens, keep them in the cache
//   {"append": [...], "keep": n, "generate": k}   keep n cached tokens, evaluate the appended ones, generate k greedily -> {"ms", "text"}
// Argument: the GGUF file and the number of threads. llama.cpp's options are the fast ones: flash attention "auto", no GPU.
import path from 'node:path';
import readline from 'node:readline';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const [file, threads] = [process.argv[2], Number(process.argv[3])];
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 0, logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: path.resolve(file) });
const context = await model.createContext({ contextSize: 1024, batchSize: 512, threads, flashAttention: 'auto' });
const sequence = context.getSequence();

async function handle(command) {
  if (command.text !== undefined) return { tokens: model.tokenize(command.text) };
  if (command.prime) {
    if (sequence.nextTokenIndex > 0) await sequence.clearHistory();
    await sequence.evaluateWithoutGeneratingNewTokens(command.prime);
    return { primed: sequence.nextTokenIndex };
  }
  const tokens = [];
  const begin = performance.now();
  if (sequence.nextTokenIndex > command.keep) {
    await sequence.eraseContextTokenRanges([{ start: command.keep, end: sequence.nextTokenIndex }]);
  }
  for await (const token of sequence.evaluate(command.append, { temperature: 0, yieldEogToken: true })) {
    tokens.push(token);
    if (tokens.length === command.generate) break;
  }
  return { ms: performance.now() - begin, text: model.detokenize(tokens, true), threads: context.currentThreads };
}

console.log(JSON.stringify({ ready: true, llamaCpp: llama.llamaCppRelease.release }));
for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await handle(JSON.parse(line))));
}
process.exit(0);
