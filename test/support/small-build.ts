import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Outcome, run } from './programs.js';
import { julia } from './site.js';

/** Files by path. */
export type Files = Readonly<Record<string, string>>;

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** A package: its project, and its module with `body` in it. */
export function packageFiles(name: string, uuid: string, body: string, deps: Files = {}): Files {
  return {
    [`${name}/Project.toml`]: `name = "${name}"\nuuid = "${uuid}"\nversion = "1.0.0"\n[deps]\n${entries(deps)}`,
    [`${name}/src/${name}.jl`]: `module ${name}\n${body}\nend\n`,
  };
}

/** An entry of a Manifest for a package beside it. */
export function manifestEntry(name: string, uuid: string, deps: readonly string[] = []): string {
  return `[[${name}]]\ndeps = ${JSON.stringify(deps)}\npath = "${name}"\nuuid = "${uuid}"\nversion = "1.0.0"\n`;
}

function entries(values: Files): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = "${value}"\n`)
    .join('');
}

/** A spec for one target and no system image: Julia's part of such a build takes seconds. */
export function smallSpec(prefix: string): string {
  return `name = "small"
version = "1"
prefix = "${prefix}"
targets = ["x86-64"]
[[environment]]
name = "small"
project = "."
starts = ["caches"]
`;
}

/** Builds `spec.toml` in `folder` into its `bundle`. */
export function buildSmall(folder: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const places = ['--cache', join(folder, 'cache'), '--out', join(folder, 'bundle')];
  const args = ['run', join(folder, 'spec.toml'), '--julia', julia.command.join(' '), ...places];
  return run('depot-build', args, { env: { ...process.env, ...env } });
}
