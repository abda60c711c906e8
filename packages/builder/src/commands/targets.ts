import { type Arch, cpuTargetFor, TARGETS } from '@depotcast/hydrator/format';
import type { Argv } from 'yargs';
import { inspectJulia } from '../julia/inspect.js';
import { type Context, show } from './context.js';
import { splitCommand, text, withJson } from './options.js';
import { renderTable } from './render.js';

/** A target, and what Julia calls it. */
export interface TargetRow {
  readonly name: string;
  readonly arch: Arch;
  readonly requires: readonly string[];
  /** Julia's strings by the version from which on they hold; for one Julia, the one that holds, if any. */
  readonly julia: readonly { readonly since: string; readonly cpuTarget: string }[];
}

/** @param version limits the strings to those of one Julia */
export function listTargets(version?: string): TargetRow[] {
  return TARGETS.map(({ name, arch, requires, julia }) => {
    if (version === undefined) return { name, arch, requires, julia };
    const cpuTarget = cpuTargetFor({ name, arch, requires, julia }, version);
    return { name, arch, requires, julia: julia.filter((row) => row.cpuTarget === cpuTarget) };
  });
}

export function registerTargets(cli: Argv, context: Context): Argv {
  return cli.command(
    'targets',
    'list the targets: what a node must have, and what Julia is given',
    (command) =>
      withJson(command)
        .option('julia', text('julia', 'the strings of this Julia only'))
        .example('$0 targets', 'all that a spec can name')
        .example('$0 targets --julia /opt/julia/bin/julia --json', 'those of one Julia, for programs'),
    async ({ julia, json }) => {
      const facts =
        julia === undefined ? undefined : await inspectJulia(splitCommand(julia, context.cwd), context.env);
      show(context, json, listTargets(facts?.version), renderTargets);
    },
  );
}

function renderTargets(rows: readonly TargetRow[]): string {
  return rows
    .map(({ name, arch, requires, julia }) => {
      const strings = julia.map(({ since, cpuTarget }) => [`  Julia ${since} and later`, `-C ${cpuTarget}`]);
      const known = strings.length === 0 ? '  not known to this Julia\n' : renderTable(strings);
      return `${name} (${arch})\n  needs ${requires.join(' ')}\n${known}`;
    })
    .join('\n');
}
