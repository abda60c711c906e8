import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DepotError } from '../format/index.js';
import type { StartReport } from './fingerprint.js';
import { readReport } from './read-report.js';

export type ReportedRun =
  | { readonly report: StartReport }
  /** The workload failed: its exit code, or 128 + the signal's number. */
  | { readonly exitCode: number };

/**
 * Runs a command that ends with the report script and its arguments. Standard input is empty and both outputs are pipes
 * wherever this runs, for what Julia compiles depends on what kind of stream it prints to.
 * @param note told each line that the workload prints
 * @param onStarted told the process as soon as there is one
 * @throws DepotError `not-found` when it cannot be started; `bad-format` where it ends well and without a report
 */
export async function runReport(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  note: (line: string) => void,
  onStarted: (pid: number) => Promise<void>,
): Promise<ReportedRun> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close').catch((cause: unknown) => {
    throw new DepotError('not-found', `${program}: cannot be started: ${(cause as Error).message}`, {
      cause,
    });
  });
  const [output, errors, lines] = child.stdio.slice(1) as readonly Readable[];
  for (const stream of [output, errors]) if (stream !== undefined) createInterface(stream).on('line', note);
  const [report, [code, signal]] = await Promise.all([
    lines === undefined ? undefined : readReport(createInterface(lines)),
    ended as Promise<[number | null, NodeJS.Signals | null]>,
    child.pid === undefined ? undefined : onStarted(child.pid),
  ]);
  const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  if (exitCode !== 0) return { exitCode };
  if (report !== undefined) return { report };
  throw new DepotError('bad-format', 'Julia ended without a report of what it has loaded', {
    hint: 'the workload must end by itself or by exit(), not by _exit',
  });
}
