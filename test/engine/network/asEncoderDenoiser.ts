import assert from 'node:assert/strict';
import {
  type EncoderDenoiserManifest,
  isFullSequence,
  type Manifest,
} from '../../../src/engine/network/folder/manifest.js';

/** For tests of models of this kind only. */
export function asEncoderDenoiser(manifest: Manifest): EncoderDenoiserManifest {
  assert.ok(!isFullSequence(manifest), `${manifest.displayName} is of kind full-sequence`);
  return manifest;
}
