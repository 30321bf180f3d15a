import {
  byKind,
  type EncoderDenoiserManifest,
  type FullSequenceManifest,
  type Manifest,
  type OneNetworkManifest,
} from '../../../src/engine/network/folder/manifest.js';

/** For tests of models of one kind only: the manifest, or an error that says what it is of. */
export function asEncoderDenoiser(manifest: Manifest): EncoderDenoiserManifest {
  return byKind(manifest, { encoderDenoiser: (own) => own, fullSequence: refuse, oneNetwork: refuse });
}

export function asFullSequence(manifest: Manifest): FullSequenceManifest {
  return byKind(manifest, { encoderDenoiser: refuse, fullSequence: (own) => own, oneNetwork: refuse });
}

export function asOneNetwork(manifest: Manifest): OneNetworkManifest {
  return byKind(manifest, { encoderDenoiser: refuse, fullSequence: refuse, oneNetwork: (own) => own });
}

function refuse({ displayName, architecture }: Manifest): never {
  throw new Error(`${displayName} is of kind ${architecture.kind}`);
}
