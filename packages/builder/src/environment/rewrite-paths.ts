/**
 * The Manifest with the paths of its packages exchanged. Text in, text out: Julia up to 1.5 reads Manifests line by line,
 * so that nothing else may change its form.
 */
export function rewritePaths(text: string, paths: ReadonlyMap<string, string>): string {
  let name = '';
  return text
    .split('\n')
    .map((line) => {
      name = /^\s*\[\[(?:deps\.)?"?([^\]"]+)"?\]\]/.exec(line)?.[1] ?? name;
      const path = paths.get(name);
      return path !== undefined && /^\s*path\s*=/.test(line) ? `path = ${JSON.stringify(path)}` : line;
    })
    .join('\n');
}
