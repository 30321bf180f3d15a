/** What other editors call languages that VS Code, and with it the engine, knows by another name. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['bash', 'shellscript'],
  ['sh', 'shellscript'],
  ['zsh', 'shellscript'],
  ['cs', 'csharp'],
  ['c++', 'cpp'],
  ['cuda', 'cuda-cpp'],
  ['objc', 'objective-c'],
  ['objcpp', 'objective-cpp'],
  ['jsx', 'javascriptreact'],
  ['javascript.jsx', 'javascriptreact'],
  ['tsx', 'typescriptreact'],
  ['typescript.tsx', 'typescriptreact'],
  ['js', 'javascript'],
  ['ts', 'typescript'],
  ['ps1', 'powershell'],
  ['proto', 'proto3'],
  ['protobuf', 'proto3'],
  ['tex', 'latex'],
  ['make', 'makefile'],
  ['rst', 'restructuredtext'],
  ['text', 'plaintext'],
  ['', 'plaintext'],
]);

/** VS Code's id of a language, by the one that a client sends. */
export function languageIdOf(sent: string): string {
  return OTHER_NAMES.get(sent) ?? sent;
}
