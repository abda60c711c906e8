import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from './checkout.js';

/**
 * A script as docs/prologue.md shows it, known by the path in the comment of its second line.
 * @param places what stands in the page by what it is here
 */
export async function documentedScript(
  name: string,
  places: Readonly<Record<string, string>>,
): Promise<string> {
  const page = await readFile(join(checkout, 'docs/prologue.md'), 'utf8');
  const blocks = page.matchAll(/^ {4}#!\/bin\/sh\n(?:(?: {4}.*)?\n)+/gm);
  const scripts = [...blocks].map(([block]) => block.replace(/^ {4}/gm, '').trimEnd());
  const script = scripts.find((text) => new RegExp(`^# ${name}(?::|$)`, 'm').test(text));
  if (script === undefined) throw new Error(`docs/prologue.md has no script ${name}`);
  return Object.entries(places).reduce((text, [shown, here]) => text.replaceAll(shown, here), `${script}\n`);
}

/** Writes a script of docs/prologue.md, to be executed. @returns its path */
export async function writeDocumentedScript(
  path: string,
  name: string,
  places: Readonly<Record<string, string>>,
): Promise<string> {
  await writeFile(path, await documentedScript(name, places), { mode: 0o755 });
  return path;
}
