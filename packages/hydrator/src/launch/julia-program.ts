import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { isAccessible } from '../cache/is-accessible.js';
import { DepotError, type Image, tree } from '../format/index.js';

const run = promisify(execFile);

/** A Julia to start: its words (a launcher such as an emulator first, if any), and where it is installed. */
export interface JuliaProgram {
  readonly command: readonly string[];
  readonly version: string;
  readonly bindir: string;
  /** Whether it comes with the release, so that `julia` must mean it for the whole job. */
  readonly isBundled?: boolean;
}

/**
 * The Julia that comes with an image, if it does. What it is was fixed when the release was built: it need not be asked.
 * @param root where Julia sees the tree
 */
export function bundledJulia({ runtime, julia }: Image, root: string): JuliaProgram | undefined {
  if (runtime === undefined) return undefined;
  const bindir = `${root}/${tree.bindir(runtime)}`;
  return { command: [`${bindir}/julia`], version: julia.version, bindir, isBundled: true };
}

/** The words of `--julia`. */
export function juliaCommand(option: string | undefined): string[] {
  return (option ?? 'julia').split(/\s+/).filter(Boolean);
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

/**
 * SHA-256 of the system image that a Julia starts on by itself: equal for two installations that are the same build.
 * @throws DepotError `not-found` when it cannot be started, or its image cannot be read
 */
export async function identifyJulia({ command }: JuliaProgram, env: NodeJS.ProcessEnv): Promise<string> {
  const file = await ask(command, ['--startup-file=no', '-e', IMAGE_FILE], env);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash).catch((cause: unknown) => {
    throw new DepotError('not-found', `${file}: Julia's own system image cannot be read`, { cause });
  });
  return hash.digest('hex');
}

const IMAGE_FILE = 'print(abspath(unsafe_string(Base.JLOptions().image_file)))';

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
