import { DepotError } from '@depotcast/hydrator/format';
import { hostArch } from './architecture.js';
import { fetchDebianJulia } from './julia.js';
import { findProgram } from './program.js';
import { run } from './run.js';

export interface FoundJulia {
  readonly command: readonly string[];
  readonly version: string;
  readonly origin: 'JULIA' | 'PATH' | 'debian';
}

export interface FindOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where Debian's Julia is fetched to when the machine has none. */
  readonly directory: string;
  readonly log?: (line: string) => void;
}

/**
 * Finds a Julia that runs: the command in the variable JULIA, else `julia` on PATH, else Debian's, fetched.
 * @throws DepotError `not-found` when the one found does not tell its version; see also `fetchDebianJulia`
 */
export async function findJulia({ env, directory, log = () => undefined }: FindOptions): Promise<FoundJulia> {
  const { command, origin } = await locate(env, directory, log);
  const { code, stdout, stderr } = await run([...command, '--version'], env);
  const version = parseVersionLine(stdout);
  if (code === 0 && version !== undefined) return { command, version, origin };
  const said = (stdout + stderr).trim();
  throw new DepotError(
    'not-found',
    `${command.join(' ')} --version: expected a Julia's version, got '${said}'`,
  );
}

/** Reads what `julia --version` prints: `julia version 1.10.8`. */
export function parseVersionLine(text: string): string | undefined {
  return /^julia version (\d+\.\d+\.\d+\S*)$/m.exec(text)?.[1];
}

async function locate(
  env: NodeJS.ProcessEnv,
  directory: string,
  log: (line: string) => void,
): Promise<Omit<FoundJulia, 'version'>> {
  const words = (env.JULIA ?? '').split(' ').filter((word) => word !== '');
  if (words.length > 0) return { command: words, origin: 'JULIA' };
  const onPath = await findProgram('julia', env.PATH);
  if (onPath !== undefined) return { command: [onPath], origin: 'PATH' };
  const { julia } = await fetchDebianJulia({ directory, arch: hostArch(), log });
  return { command: [julia], origin: 'debian' };
}
