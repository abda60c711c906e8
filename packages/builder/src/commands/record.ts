import { DepotError, findProject } from '@depotcast/hydrator/format';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { projectFiles } from '../environment/project-files.js';
import { recordSession } from '../recording/record-session.js';
import { rehearse } from '../recording/rehearse.js';
import { addStatements, readStatements, renderStatements } from '../recording/statements-file.js';
import { readSpec } from '../spec/read.js';
import type { EnvironmentSpec, Spec } from '../spec/spec.js';
import { writeWhole } from '../store/write-file.js';
import { type Context, show } from './context.js';
import { splitCommand, text, withJson } from './options.js';

export interface RecordReport {
  /** The file of recorded statements. */
  readonly file: string;
  readonly added: number;
  readonly total: number;
  /** Statements that no image can hold, as they name what is the session's own. */
  readonly dropped: readonly string[];
  /** Those that name what the environment's packages no longer have, or that Julia cannot read; they are left out too. */
  readonly unresolved: readonly string[];
  /** Methods that the environment's workload still compiles after all these; null without a workload. */
  readonly remaining: number | null;
}

export function registerRecord(cli: Argv, context: Context): Argv {
  return cli.command(
    'record <spec>',
    'keep what a real session compiles, for the system image: record spec.toml -- julia script.jl ...',
    (command) =>
      withJson(command)
        .positional('spec', { type: 'string', demandOption: true, describe: 'the spec.toml' })
        .option('environment', text('environment', 'environment of the spec; the first unless told'))
        .option('from', {
          type: 'string',
          array: true,
          nargs: 1,
          default: [],
          describe: 'a file that julia --trace-compile=FILE wrote in a session of someone else',
        })
        .option('julia', text('julia', 'command that starts Julia'))
        .example('$0 record spec.toml -- julia analysis.jl --events 100', 'one session, here and now')
        .example('$0 record spec.toml --from alice.jl --from bob.jl', 'sessions of others'),
    async (args) => {
      const julia = args.julia === undefined ? undefined : splitCommand(args.julia, context.cwd);
      const spec = await readSpec(args.spec, { julia });
      const environment = environmentNamed(spec, args.environment);
      const from = args.from.map((file) => resolve(context.cwd, file));
      show(context, args.json, await record(spec, environment, from, context), renderRecord);
    },
  );
}

async function record(
  spec: Spec,
  environment: EnvironmentSpec,
  from: readonly string[],
  { session: command, env, signal, progress }: Context,
): Promise<RecordReport> {
  const { name, project, workload, statements: file } = environment;
  if (file === undefined) {
    throw new DepotError('bad-spec', `${spec.file}: environment '${name}' has no file for what is recorded`, {
      hint: 'add to its [environment.sysimage]: statements = "statements.jl"',
    });
  }
  if (command.length === 0 && from.length === 0) {
    throw new DepotError('usage', 'record: no session', {
      hint: 'end with: -- julia script.jl, or give --from FILE',
    });
  }
  const recorded = (await readStatements(file)) ?? [];
  const traces = await Promise.all(from.map(readTrace));
  if (command.length > 0) {
    traces.push(await recordSession({ julia: spec.julia, project, command, env, signal }));
  }
  const known = addStatements(recorded, []).statements;
  const { statements, dropped, unreadable } = addStatements(recorded, traces);
  const packages = await imagePackages(environment);
  const task = progress.begin(`try ${statements.length} statements`);
  const { unresolved, remaining } = await rehearse({
    ...{ julia: spec.julia, project, packages, statements, workload, env, signal },
    onLine: (line) => {
      task.line(line);
    },
  }).catch((error: unknown) => {
    task.end('failed');
    throw error;
  });
  task.end(`${unresolved.length} mean nothing here`);
  const kept = statements.filter((statement) => !unresolved.includes(statement));
  await writeWhole(file, renderStatements(kept));
  const added = kept.filter((statement) => !known.includes(statement)).length;
  const lost = [...unresolved, ...unreadable];
  return { file, added, total: kept.length, dropped, unresolved: lost, remaining };
}

/** Names of the packages that the environment's system image holds. */
async function imagePackages({ project, packages }: EnvironmentSpec): Promise<readonly string[]> {
  if (packages !== undefined) return packages;
  const own = (await findProject(project, projectFiles))?.project;
  return [...Object.keys(own?.deps ?? {}), ...(own?.name === undefined ? [] : [own.name])];
}

async function readTrace(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DepotError('not-found', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  });
}

function environmentNamed({ environments }: Spec, name: string | undefined): EnvironmentSpec {
  const found = name === undefined ? environments[0] : environments.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new DepotError('usage', `--environment: the spec has no environment '${name ?? ''}'`, {
    hint: `it has: ${environments.map((each) => each.name).join(', ')}`,
  });
}

function renderRecord({ file, added, total, dropped, unresolved, remaining }: RecordReport): string {
  const left = remaining === null ? '' : `the workload compiles ${remaining} methods more\n`;
  const lost = unresolved.map((statement) => `  ${shorten(statement)}\n`);
  const gone =
    lost.length === 0 ? '' : `${lost.length} left out, as they mean nothing here:\n${lost.join('')}`;
  return `${file}: ${added} statements added, ${total} in all; ${dropped.length} dropped, as no image can hold them\n${gone}${left}`;
}

/** Statements about types with values in them run to thousands of characters. */
function shorten(statement: string): string {
  return statement.length <= LONGEST ? statement : `${statement.slice(0, LONGEST - 3)}...`;
}

const LONGEST = 160;
