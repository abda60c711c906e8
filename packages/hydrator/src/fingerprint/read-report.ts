import type { LoadedModule, StartReport } from './fingerprint.js';

/** Reads what the report script writes; undefined for a report without its end. */
export async function readReport(lines: AsyncIterable<string>): Promise<StartReport | undefined> {
  const modules: LoadedModule[] = [];
  const methods = new Map<string, string[]>();
  let image: string | undefined;
  let isWhole = false;
  for await (const line of lines) {
    const [kind, first = '', second = '', third = ''] = line.split('\t');
    if (kind === 'module') modules.push({ name: first, uuid: second === '' ? null : second, build: third });
    else if (kind === 'image') image = first;
    else if (kind === 'method') {
      const own = methods.get(first);
      if (own === undefined) methods.set(first, [second]);
      else own.push(second);
    } else if (kind === 'end') isWhole = true;
  }
  return image !== undefined && isWhole ? { image, modules, methods } : undefined;
}
