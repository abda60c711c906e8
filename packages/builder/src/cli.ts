#!/usr/bin/env node
import { DepotError, describeFailure } from '@depotcast/hydrator/format';
import { availableParallelism, homedir, totalmem } from 'node:os';
import { hideBin } from 'yargs/helpers';
import { runCommandLine } from './commands/parse-command-line.js';
import { createLiveProgress } from './progress/live-progress.js';
import { createPlainProgress } from './progress/plain-progress.js';

const PROGRAM = 'depot-build';

// What is built is for others to read, whatever this account's habits are; Julia inherits it.
process.umask(0o022);

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => {
    const hint = 'run it again to go on: finished layers are kept';
    stopped.abort(new DepotError('build-failed', `stopped by ${name}`, { hint }));
  });
}

const options = {
  write: (text: string) => process.stderr.write(text),
  now: () => performance.now(),
  columns: process.stderr.columns as number | undefined,
};
const progress = process.stderr.isTTY ? createLiveProgress(options) : createPlainProgress(options);

// A reader that has seen enough, as `head` has, is no error; a full disk is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.exitCode = report(error);
});

try {
  await runCommandLine(hideBin(process.argv), {
    env: process.env,
    home: homedir(),
    cwd: process.cwd(),
    isRoot: process.getuid?.() === 0,
    machine: {
      cores: availableParallelism(),
      memoryBytes: Math.min(totalmem(), process.constrainedMemory()),
    },
    print: (text) => process.stdout.write(text),
    progress,
    signal: stopped.signal,
  });
  progress.close();
} catch (error) {
  progress.close();
  process.exitCode = report(error);
}

function report(error: unknown): number {
  const { text, exitCode } = describeFailure(PROGRAM, error);
  process.stderr.write(text);
  return exitCode;
}
