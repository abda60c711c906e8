import assert from 'node:assert/strict';
import { chmod, chown, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, runCommand } from './programs.js';
import { checkout, julia, mountExample, prefix } from './site.js';
import { snapshot } from './snapshot.js';
import { temporaryDirectory } from './temporary.js';

/** `nobody`; only root can become another user. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** Starts a command on the chosen image. */
type Launcher = (options: readonly string[], command: readonly string[]) => Promise<Outcome>;

/** The example, published to the prefix, and a user without a home who runs jobs on it. */
export interface ReadOnlySite {
  /** Folder of the example's scripts. */
  readonly job: string;
  /** The user's temporary directory, which is all that they can write to. */
  readonly temporary: string;
  /** Runs a command by `depot-hydrate exec`, with Julia telling what it loads. */
  readonly runJob: Launcher;
  /** The same by the script that stands beside the release. */
  readonly activate: Launcher;
  /** Expects a job to end well, and neither to write anything nor to compile a cache. */
  readonly expectUntouched: (run: () => Promise<Outcome>) => Promise<Outcome>;
}

export async function readOnlySite(): Promise<ReadOnlySite> {
  const scratch = await temporaryDirectory();
  await chmod(scratch, 0o755);
  await mountExample(scratch);
  const job = join(scratch, 'job');
  await cp(join(checkout, 'examples/hep-jets'), job, { recursive: true });
  const temporary = join(scratch, 'tmp');
  await mkdir(temporary);
  if (isRoot) await chown(temporary, NOBODY, NOBODY);
  const withJulia = ['--julia', julia.command.join(' ')];
  const runAsNobody = (command: readonly string[]): Promise<Outcome> =>
    runCommand(command, {
      env: { PATH: process.env['PATH'], TMPDIR: temporary, JULIA_DEBUG: 'loading' },
      cwd: '/',
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
  return {
    job,
    temporary,
    runJob: (options, command) => {
      const source = ['--repo', prefix, '--channel', 'prod', ...withJulia, ...options];
      return runAsNobody([
        process.execPath,
        join(prefix, 'bin/depot-hydrate'),
        'exec',
        ...source,
        '--',
        ...command,
      ]);
    },
    activate: (options, command) =>
      runAsNobody([join(prefix, 'channels/prod/activate'), ...withJulia, ...options, ...command]),
    expectUntouched: async (run) => {
      const before = await snapshot(prefix);
      const outcome = await run();
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.deepEqual(await snapshot(prefix), before, 'the tree has changed');
      assert.deepEqual(await readdir(temporary), [], 'something was written');
      assert.doesNotMatch(outcome.stderr, /Rejecting|Precompiling|Recompiling/);
      return outcome;
    },
  };
}
