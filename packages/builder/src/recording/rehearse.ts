import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runLogged } from '../julia/process.js';
import { countAfterReplay, type Rehearsal, renderRehearsal } from '../julia/scripts/rehearsal-script.js';
import { parseReplayOutput } from '../julia/scripts/replay-script.js';
import type { Session } from './record-session.js';

export interface RehearsalRequest
  extends Pick<Session, 'julia' | 'project' | 'env' | 'signal'>, Omit<Rehearsal, 'statements'> {
  readonly statements: readonly string[];
  readonly onLine: (line: string) => void;
}

export interface RehearsalOutcome {
  /** Statements that name what these packages no longer have, or that Julia cannot read. */
  readonly unresolved: readonly string[];
  /** Methods that the workload compiled all the same; null without a workload. */
  readonly remaining: number | null;
}

/**
 * Tries recorded statements in the user's own environment, as a system image will hold them.
 * @throws DepotError `build-failed` when a package cannot be loaded or the workload fails; its log is kept
 */
export async function rehearse(request: RehearsalRequest): Promise<RehearsalOutcome> {
  const { julia, project, packages, workload, env, signal, onLine } = request;
  const folder = await mkdtemp(join(tmpdir(), 'depotcast-rehearse-'));
  const statements = join(folder, 'statements.jl');
  const trace = join(folder, 'trace.jl');
  const script = join(folder, 'rehearsal.jl');
  await writeFile(statements, request.statements.map((statement) => `${statement}\n`).join(''));
  await writeFile(script, renderRehearsal({ packages, statements, workload }));
  const flags = ['--startup-file=no', `--project=${project}`, `--trace-compile=${trace}`];
  const output = await runLogged({
    label: 'try the recorded statements',
    argv: [...julia, ...flags, script],
    env: { ...env, JULIA_LOAD_PATH: '@:@stdlib' },
    cwd: workload === undefined ? project : dirname(workload),
    log: join(folder, 'log'),
    onLine,
    signal,
  });
  const remaining = workload === undefined ? null : countAfterReplay(await readFile(trace, 'utf8'));
  await rm(folder, { recursive: true, force: true });
  return { unresolved: parseReplayOutput(output).failed, remaining };
}
