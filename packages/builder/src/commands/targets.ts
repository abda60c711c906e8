import { type Arch, cpuTargetFor, type Target, TARGETS } from '@depotcast/hydrator/format';
import type { Argv } from 'yargs';
import { checkCpuTarget } from '../cpu-target/check-cpu-target.js';
import type { Refusal } from '../cpu-target/cpu-target-use.js';
import { inspectJulia } from '../julia/inspect.js';
import { readSpec } from '../spec/read.js';
import type { SpecTarget } from '../spec/spec-target.js';
import { type Context, show } from './context.js';
import { splitCommand, text, withJson } from './options.js';
import { renderTable } from './render.js';

/** A target, and what Julia calls it. */
export interface TargetRow extends Target {
  /** Why the Julia that was asked about must not be given its string; left out where it may, or none was. */
  readonly refusal?: Refusal;
}

/** All that every spec can name. */
const COMMON: readonly SpecTarget[] = TARGETS.map((target) => ({ ...target, raised: [] }));

/** @param asked limits the strings to the one that holds for a Julia, if any, and says whether it may be given it */
export function listTargets(
  targets: readonly SpecTarget[] = COMMON,
  asked?: { readonly version: string; readonly arch: Arch },
): TargetRow[] {
  return targets.map(({ raised, ...target }) => {
    if (asked === undefined) return target;
    const { arch, requires } = target;
    const cpuTarget = cpuTargetFor(target, asked.version);
    const julia = target.julia.filter((row) => row.cpuTarget === cpuTarget);
    if (cpuTarget === undefined || arch !== asked.arch) return { ...target, julia };
    const use = { cpuTarget, arch, juliaVersion: asked.version, requires, raised };
    const refusal = checkCpuTarget(use);
    return { ...target, julia, ...(refusal === undefined ? {} : { refusal }) };
  });
}

export function registerTargets(cli: Argv, context: Context): Argv {
  return cli.command(
    'targets [spec]',
    'list the targets: what a node must have, and what Julia is given',
    (command) =>
      withJson(command)
        .positional('spec', { type: 'string', describe: 'a spec.toml, to list its own targets too' })
        .option('julia', text('julia', 'the strings of this Julia only'))
        .example('$0 targets', 'all that a spec can name')
        .example('$0 targets spec.toml', "those, raised where a spec says so, and the spec's own")
        .example('$0 targets --julia /opt/julia/bin/julia --json', 'those of one Julia, for programs'),
    async ({ spec, julia, json }) => {
      const targets = spec === undefined ? COMMON : (await readSpec(spec)).knownTargets;
      const facts =
        julia === undefined ? undefined : await inspectJulia(splitCommand(julia, context.cwd), context.env);
      show(context, json, listTargets(targets, facts), renderTargets);
    },
  );
}

function renderTargets(rows: readonly TargetRow[]): string {
  return rows
    .map(({ name, arch, requires, julia, refusal }) => {
      const strings = julia.map(({ since, cpuTarget }) => [`  Julia ${since} and later`, `-C ${cpuTarget}`]);
      const known = strings.length === 0 ? '  not known to this Julia\n' : renderTable(strings);
      const reason = refusal === undefined ? '' : `  refused: ${refusal.message}; ${refusal.remedy}\n`;
      return `${name} (${arch})\n  needs ${requires.join(' ')}\n${known}${reason}`;
    })
    .join('\n');
}
