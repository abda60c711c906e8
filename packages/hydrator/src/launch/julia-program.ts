import { execFile } from 'node:child_process';
import { constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isAccessible } from '../cache/is-accessible.js';
import { DepotError } from '../format/index.js';

const run = promisify(execFile);

/** A Julia to start: its words (a launcher such as an emulator first, if any), and where it is installed. */
export interface JuliaProgram {
  readonly command: readonly string[];
  readonly version: string;
  readonly bindir: string;
}

/**
 * Finds out what a Julia command starts.
 * @param command words; the first is looked up on the PATH when it has no slash
 * @throws DepotError `not-found` when it cannot be started
 */
export async function inspectJulia(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<JuliaProgram> {
  const version = /^julia version (\S+)/.exec(await ask(command, ['--version'], env))?.[1];
  if (version === undefined) {
    throw new DepotError('not-found', `${command.join(' ')}: --version does not answer like Julia`);
  }
  return { command, version, bindir: await findBindir(command, env) };
}

/** An installed Julia has its standard library beside its program; a wrapper script has not, and must be asked. */
async function findBindir(command: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const program = await findOnPath(command.at(-1) ?? '', env);
  if (program !== undefined) {
    const bindir = dirname(await realpath(program));
    if (await isAccessible(join(bindir, '../share/julia/stdlib'), constants.F_OK)) return bindir;
  }
  return ask(command, ['--startup-file=no', '-e', 'print(Sys.BINDIR)'], env);
}

async function ask(
  command: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const [program = '', ...words] = command;
  try {
    return (await run(program, [...words, ...args], { env })).stdout.trim();
  } catch (cause) {
    throw new DepotError(
      'not-found',
      `${command.join(' ')}: cannot be started: ${(cause as Error).message.split('\n')[0] ?? ''}`,
      {
        cause,
        hint: 'put julia on the PATH, or name it with --julia',
      },
    );
  }
}

async function findOnPath(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (program.includes('/'))
    return (await isAccessible(program, constants.F_OK)) ? resolve(program) : undefined;
  for (const directory of (env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(directory, program);
    if (directory !== '' && (await isAccessible(candidate, constants.X_OK))) return candidate;
  }
  return undefined;
}
