import { DepotError } from '@depotcast/hydrator/format';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { exactTrace } from '../julia/exact-trace.js';

export interface Session {
  /** Command line that starts Julia. */
  readonly julia: readonly string[];
  /** Folder of the Project.toml. */
  readonly project: string;
  /** `julia`, and what it is given. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Runs a session as its user does, on the terminal and in the user's own environment. What it prints goes to the standard
 * error output, as it is no result of ours.
 * @returns what Julia compiled for it, a `precompile(...)` a line
 * @throws DepotError `usage` for a command other than julia; `build-failed` when it fails
 */
export async function recordSession(session: Session): Promise<string> {
  const [program = '', ...args] = session.command;
  if (basename(program) !== 'julia') {
    throw new DepotError('usage', `record: '${program}' is not julia, and only julia can be recorded`, {
      hint: 'end with: -- julia script.jl; for what starts Julia by itself, add --trace-compile=FILE there, then record --from FILE',
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'depotcast-record-'));
  try {
    const { flags, read } = await exactTrace(folder);
    await runOnTerminal([...session.julia, `--project=${session.project}`, ...flags, ...args], session);
    return await read();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runOnTerminal(argv: readonly string[], { env, signal }: Session): Promise<void> {
  signal.throwIfAborted();
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env, stdio: ['inherit', process.stderr.fd, 'inherit'] });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    if (code === 0) return;
    throw new DepotError(
      'build-failed',
      `the session failed: ${killedBy ?? `exit code ${code ?? 'unknown'}`}`,
      {
        hint: 'nothing was recorded; mend the session and record it again',
      },
    );
  } catch (error) {
    if (error instanceof DepotError || signal.aborted) throw error;
    throw new DepotError('build-failed', `${program}: cannot be started: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
