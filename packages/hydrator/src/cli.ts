import { hideBin } from 'yargs/helpers';
import { run } from './commands/run.js';
import { DepotError, EXIT_INTERNAL } from './format/index.js';
import { nodeDirectories } from './job/directories.js';

const PROGRAM = 'depot-hydrate';

// A reader that has seen enough, as `head` has, is no error; a full disk is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.exitCode = report(new DepotError('storage', `standard output: ${error.message}`));
});

try {
  await run(hideBin(process.argv), {
    env: process.env,
    directories: nodeDirectories(process.env, process.getuid?.() ?? -1),
    print: (text) => process.stdout.write(text),
    note: (line) => process.stderr.write(`${line}\n`),
    exitWith: (code) => {
      process.exitCode = code;
    },
  });
} catch (error) {
  process.exitCode = report(error);
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
