import * as vscode from 'vscode';

const SCRIPT = ['dist', 'denoiseView.js'];
const STYLE = ['media', 'denoiseView.css'];

/** What a page may load: our own script and style, and nothing else. */
export function viewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  const roots = [SCRIPT, STYLE].map(([folder = '']) => vscode.Uri.joinPath(extensionUri, folder));
  return { enableScripts: true, localResourceRoots: roots };
}

/** The page of a denoise view: empty until its script draws it. @param nonce a new one for each page. */
export function viewHtml(webview: vscode.Webview, extensionUri: vscode.Uri, nonce: string): string {
  const uri = (parts: readonly string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...parts)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${uri(STYLE)}">
<title>Infill</title>
</head>
<body><script nonce="${nonce}" src="${uri(SCRIPT)}"></script></body>
</html>`;
}
