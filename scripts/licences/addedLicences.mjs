/**
 * Licence texts of what ships without one in its package. They stand in texts/, as their makers publish them with other packages of
 * the same work; whoever brings in another version looks whether they still hold.
 *
 * @typedef {object} AddedLicence
 * @property {string} [version] of the npm package that was looked at
 * @property {string} [notice] its copyright notice, where the text names no holder
 * @property {string} [says] what the reader has to know
 * @property {readonly string[]} files in texts/
 */

/** @type {Readonly<Record<string, AddedLicence>>} by name of the npm package */
export const PACKAGES_WITHOUT_TEXT = {
  '@bufbuild/protobuf': {
    version: '2.17.0',
    notice: 'Copyright 2021-2026 Buf Technologies, Inc.',
    says: 'Apache-2.0; its reading and writing of varints BSD-3-Clause.',
    files: ['Apache-2.0.txt', 'protobuf-varint.txt'], // the second from its dist/esm/wire/varint.js
  },
  'gearhash-jit': {
    version: '1.0.2',
    says: 'The package says that it is MIT licensed and names no holder of the copyright.',
    files: ['gearhash-jit.txt'],
  },
  // Both from the Python package onnxruntime of the same version.
  'onnxruntime-common': { version: '1.30.0', files: ['onnxruntime.txt'] },
  'onnxruntime-node': { version: '1.30.0', files: ['onnxruntime.txt', 'onnxruntime-notices.txt'] },
};

/**
 * What the package holds besides npm packages.
 *
 * @type {readonly (AddedLicence & { name: string, natives?: readonly string[] })[]} natives: its files among the runtime's
 */
export const OTHER_WORKS = [
  {
    name: 'SmolLM2-135M-Instruct: Apache-2.0',
    notice: 'Copyright Hugging Face',
    says:
      'The weights of the bundled model infill-code-135m are made of it: its encoder is that model with 8-bit weights, its ' +
      'denoiser began as a copy of some of its layers and was then trained further. These weights are Apache-2.0 as well.',
    files: ['Apache-2.0.txt'],
  },
  {
    name: 'ONNX message definitions: Apache-2.0',
    notice: 'Copyright (c) ONNX Project Contributors',
    says: 'What writes and reads graphs is generated from onnx.proto.',
    files: ['Apache-2.0.txt'],
  },
  {
    name: 'DirectML, in packages for Windows',
    natives: ['DirectML.dll'],
    files: ['directml.txt', 'directml-notices.txt'], // from the Python package tensorflow-directml-plugin
  },
  {
    name: 'DirectX Shader Compiler, in packages for Windows',
    natives: ['dxcompiler.dll', 'dxil.dll'],
    notice: 'Copyright (c) Microsoft Corporation',
    says:
      "dxil.dll is under Microsoft's terms for redistribution, LICENSE-MS.txt of each release of " +
      'https://github.com/microsoft/DirectXShaderCompiler; what follows holds for dxcompiler.dll.',
    files: ['dxcompiler.txt'],
  },
];
