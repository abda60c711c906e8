#!/usr/bin/env node
import { DepotError, EXIT_INTERNAL } from '@depotcast/hydrator/format';
import { hideBin } from 'yargs/helpers';
import { run } from './commands/run.js';
import { explainSystemError } from './files/system-error.js';

const PROGRAM = 'depot-publish';

// A web server or a mount reads what is written here, whatever this account's habits are. Keys set their own mode.
process.umask(0o022);

try {
  await run(hideBin(process.argv), {
    now: () => new Date(),
    print: (text) => process.stdout.write(text),
    note: (line) => process.stderr.write(`${line}\n`),
    paint: process.stderr.isTTY ? (line) => process.stderr.write(`\r\x1b[K${line}`) : undefined,
    exitWith: (code) => {
      process.exitCode = code;
    },
  });
} catch (error) {
  process.exitCode = report(explainSystemError(error));
}

function report(error: unknown): number {
  if (error instanceof DepotError) {
    process.stderr.write(`${PROGRAM}: error: ${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`hint: ${error.hint}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${PROGRAM}: internal error, this is a bug\n${stack}\n`);
  return EXIT_INTERNAL;
}
