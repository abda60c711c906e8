import { DepotError } from '@depotcast/hydrator/format';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { hashFile } from '../store/hash-file.js';
import { FACTS_SCRIPT, type JuliaFacts, parseFacts } from './facts.js';

/**
 * Asks a Julia what it is.
 * @param command a program, looked up on the PATH when it has no slash, or a launcher and its arguments
 * @throws DepotError `build-failed` when it cannot be started
 */
export async function inspectJulia(command: readonly string[], env: NodeJS.ProcessEnv): Promise<JuliaFacts> {
  const answered = parseFacts(await askJulia(command, FACTS_SCRIPT, [], env), command.join(' '));
  const { size } = await stat(answered.sysimage).catch((cause: unknown) => {
    throw new DepotError('build-failed', `${answered.sysimage}: Julia's own system image cannot be read`, {
      cause,
      hint: `name a Julia installation whose files this host sees with [julia] command or --julia`,
    });
  });
  return { ...answered, sysimageBytes: size, identity: await hashFile(answered.sysimage) };
}

/**
 * Where Julia finds the packages that it has installed in the admin's own depots, by name.
 * @param packages names and uuids as a Manifest has them; those that are nowhere are absent from the answer
 */
export async function locatePackages(
  command: readonly string[],
  project: string,
  packages: readonly { readonly name: string; readonly uuid: string }[],
  env: NodeJS.ProcessEnv,
): Promise<Map<string, string>> {
  if (packages.length === 0) return new Map();
  const args = packages.flatMap(({ name, uuid }) => [name, uuid]);
  const answer = await askJulia(command, LOCATE_SCRIPT, args, { ...env, JULIA_PROJECT: project });
  const lines = answer.split('\n').map((line) => line.split('\t'));
  return new Map(
    lines.flatMap(([tag, name, entry]) => {
      const folder = entry?.replace(/\/src\/[^/]+$/, '');
      return tag === 'depotcast' && name !== undefined && folder !== undefined ? [[name, folder]] : [];
    }),
  );
}

const LOCATE_SCRIPT = `
for index in 1:2:length(ARGS)
    entry = Base.locate_package(Base.PkgId(Base.UUID(ARGS[index + 1]), ARGS[index]))
    entry === nothing || println("depotcast\\t", ARGS[index], "\\t", entry)
end
`;

/**
 * Runs a script in the admin's own environment, whose depots and packages it is about.
 * @returns what it prints
 * @throws DepotError `build-failed` when Julia cannot be started, or the script fails
 */
export async function askJulia(
  command: readonly string[],
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const [program = '', ...words] = command;
  // Neither the user's own environment nor what a wrapper left of another Julia may answer.
  const asked: NodeJS.ProcessEnv = { ...env, JULIA_LOAD_PATH: '@:@stdlib' };
  delete asked['JULIA_BINDIR'];
  const flags = ['--startup-file=no', '--history-file=no', '-e', script, '--', ...args];
  try {
    return (await promisify(execFile)(program, [...words, ...flags], { env: asked, maxBuffer: MAX_ANSWER }))
      .stdout;
  } catch (cause) {
    const [what = ''] = (cause as Error).message.split('\n');
    const stderr = (cause as { stderr?: string }).stderr?.trim() ?? '';
    throw new DepotError(
      'build-failed',
      `${command.join(' ')}: cannot be started: ${stderr === '' ? what : stderr}`,
      {
        cause,
        hint: 'put julia on the PATH, or name it with --julia or [julia] command',
      },
    );
  }
}

const MAX_ANSWER = 64 << 20;
