import { unsupported } from './unsupported.js';

/** What programs put before the names of all tensors while they train: torch.compile, and PyTorch's parallel wrappers. */
const PREFIXES = ['_orig_mod.', 'module.'];
const LORA = /\.lora_(?:[AB]|embedding_[AB])(?:\.|$)/;

/** Refuses tensors that are those of a training run instead of a network's own. Throws InfillError model-unsupported. */
export function refuseWrapped(names: Iterable<string>): void {
  const all = [...names];
  const adapter = all.find((name) => LORA.test(name));
  if (adapter !== undefined) {
    throw unsupported(
      `it has the tensors of an adapter (LoRA) that is not merged into its model (${adapter})`,
      'Merge it first, with merge_and_unload of PEFT, and save the model that this makes.',
    );
  }
  const prefix = PREFIXES.find((each) => all.length > 0 && all.every((name) => name.startsWith(each)));
  if (prefix === undefined) return;
  throw unsupported(
    `the names of its tensors begin with "${prefix}", as those of a model that is being trained`,
    'Save the model that is inside of it, with save_pretrained.',
  );
}
