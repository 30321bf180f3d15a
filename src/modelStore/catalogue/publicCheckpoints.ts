import type { Family } from '../convert/checkpoint/checkpointFamily.js';
import type { FullSequenceArchitecture } from '../../engine/network/folder/manifest.js';
import {
  architectureOf,
  DIT_MEDIUM,
  DIT_SMALL,
  GPT2_SMALL,
  ILLADA_8B,
  LLADA_8B,
  QWEN2_05B,
  QWEN2_7B,
  QWEN3_06B,
  QWEN3_17B,
} from './layerShapes.js';

/** A checkpoint on the hub that can be converted, as its public card and its files state it. */
export interface PublicCheckpoint {
  readonly repository: string;
  /** As its makers call it. */
  readonly title: string;
  readonly family: Family;
  readonly architecture: FullSequenceArchitecture;
  /** As the card names it; 'unknown' where it names none. */
  readonly license: string;
  /** Of its weights on the hub. */
  readonly downloadBytes: number;
  readonly isForCode: boolean;
  /** What is needed besides the repository: GPT-2's tokenizer beside the weights, or the id of the mask. */
  readonly needs: 'nothing' | 'tokenizer' | 'mask';
  /** The id of the mask, where no file of the checkpoint says it. */
  readonly mask?: number;
  /** What it was made for, in a sentence without its full stop. */
  readonly about: string;
}

/**
 * One of each family that Infill converts, and of some families another size: small ones for code first. Licences, sizes and
 * conventions are those of the repositories' cards, file lists and configurations.
 */
export const PUBLIC_CHECKPOINTS: readonly PublicCheckpoint[] = [
  {
    repository: 'fredzzp/open-dcoder-0.5B',
    title: 'Open-dCoder',
    family: 'open-dcoder',
    // The output layer is in the file as well; where it is the embedding, an import has it once.
    architecture: architectureOf({ ...QWEN2_05B, tied: false }),
    license: 'apache-2.0',
    downloadBytes: 1.26e9,
    isForCode: true,
    needs: 'nothing',
    about:
      'Qwen2.5-Coder trained to fill holes in code; it fills exactly the positions that it is given, so the length is searched for',
  },
  {
    repository: 'dllm-hub/Qwen2.5-Coder-0.5B-Instruct-diffusion-mdlm-v0.1',
    title: 'dLLM Qwen2.5-Coder',
    family: 'a2d-qwen2',
    architecture: architectureOf({ ...QWEN2_05B, tied: false }),
    license: 'apache-2.0',
    downloadBytes: 1.26e9,
    isForCode: true,
    needs: 'nothing',
    about: 'Qwen2.5-Coder made a diffusion model that answers instructions about code',
  },
  {
    repository: 'dllm-hub/Qwen3-0.6B-diffusion-mdlm-v0.1',
    title: 'dLLM Qwen3',
    family: 'a2d-qwen3',
    architecture: architectureOf({ ...QWEN3_06B, tied: false }, { queryKeyNorm: true }),
    license: 'apache-2.0',
    downloadBytes: 1.5e9,
    isForCode: false,
    needs: 'nothing',
    about: 'Qwen3 made a diffusion model that answers instructions',
  },
  {
    repository: 'UT-IFML/dQwen3-1.7B-Base',
    title: 'dQwen3',
    family: 'dqwen3',
    architecture: architectureOf(QWEN3_17B, { queryKeyNorm: true }),
    license: 'apache-2.0',
    downloadBytes: 3.44e9,
    isForCode: false,
    needs: 'nothing',
    about: 'Qwen3 made a diffusion model of text and code, not trained on instructions',
  },
  {
    repository: 'Salesforce/CoDA-v0-Base',
    title: 'CoDA',
    family: 'coda',
    architecture: architectureOf({ ...QWEN3_17B, tied: false }, { queryKeyNorm: true }),
    license: 'cc-by-nc-4.0',
    downloadBytes: 8.13e9,
    isForCode: true,
    needs: 'nothing',
    about: 'Qwen3 made a diffusion model of code; not for commercial use',
  },
  {
    repository: 'Dream-org/DreamOn-v0-7B',
    title: 'DreamOn',
    family: 'dream',
    architecture: architectureOf(QWEN2_7B),
    license: 'apache-2.0',
    downloadBytes: 15.2e9,
    isForCode: true,
    needs: 'nothing',
    about: 'Dream-Coder trained to fill holes in code; it lengthens and shortens the hole by itself',
  },
  {
    repository: 'Dream-org/Dream-Coder-v0-Instruct-7B',
    title: 'Dream-Coder',
    family: 'dream',
    architecture: architectureOf(QWEN2_7B),
    license: 'apache-2.0',
    downloadBytes: 15.2e9,
    isForCode: true,
    needs: 'nothing',
    about: 'a diffusion model that answers instructions about code',
  },
  {
    repository: 'apple/DiffuCoder-7B-Base',
    title: 'DiffuCoder',
    family: 'dream',
    architecture: architectureOf(QWEN2_7B),
    license: 'apple-amlr',
    downloadBytes: 15.2e9,
    isForCode: true,
    needs: 'nothing',
    about: 'Qwen2.5-Coder made a diffusion model of code, not trained on instructions; for research',
  },
  {
    repository: 'Dream-org/Dream-v0-Base-7B',
    title: 'Dream',
    family: 'dream',
    architecture: architectureOf(QWEN2_7B),
    license: 'apache-2.0',
    downloadBytes: 15.2e9,
    isForCode: false,
    needs: 'nothing',
    about: 'a diffusion model of text and some code, not trained on instructions',
  },
  {
    repository: 'GSAI-ML/iLLaDA-8B-Base',
    title: 'iLLaDA',
    family: 'illada',
    architecture: architectureOf(ILLADA_8B),
    license: 'apache-2.0',
    downloadBytes: 16.5e9,
    isForCode: false,
    needs: 'nothing',
    about: 'the successor of LLaDA by its makers, not trained on instructions',
  },
  {
    repository: 'GSAI-ML/LLaDA-8B-Base',
    title: 'LLaDA',
    family: 'llada',
    architecture: architectureOf(LLADA_8B),
    license: 'mit',
    downloadBytes: 16.03e9,
    isForCode: false,
    needs: 'nothing',
    about: 'a diffusion model of text and some code, trained from nothing',
  },
  {
    repository: 'diffusionfamily/diffugpt-s',
    title: 'DiffuGPT',
    family: 'diffugpt',
    architecture: architectureOf(GPT2_SMALL),
    license: 'apache-2.0',
    downloadBytes: 0.249e9,
    isForCode: false,
    needs: 'mask',
    mask: 10_541,
    about: 'GPT-2 made a diffusion model of English text; to try methods out',
  },
  {
    repository: 'kuleshov-group/mdlm-owt',
    title: 'MDLM',
    family: 'mdlm',
    architecture: architectureOf(DIT_SMALL),
    license: 'apache-2.0',
    downloadBytes: 0.679e9,
    isForCode: false,
    needs: 'tokenizer',
    about: 'a diffusion model of English web text; to try methods out',
  },
  {
    repository: 'louaaron/sedd-medium',
    title: 'SEDD',
    family: 'sedd',
    architecture: architectureOf(DIT_MEDIUM, { sigma: true }),
    license: 'unknown',
    downloadBytes: 1.7e9,
    isForCode: false,
    needs: 'tokenizer',
    about: 'a diffusion model of English web text with samplers of its own; to try methods out',
  },
];
