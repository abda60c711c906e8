import { hideBin } from 'yargs/helpers';
import { run } from './commands/run.js';
import { describeFailure } from './format/index.js';
import { nodeDirectories } from './job/directories.js';

const PROGRAM = 'depot-hydrate';
/** Takes away the progress line of a terminal. */
const CLEAR = process.stderr.isTTY ? '\r\x1b[K' : '';

// A reader that has seen enough, as `head` has, is no error; a full disk is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.exitCode = report(error);
});

try {
  await run(hideBin(process.argv), {
    env: process.env,
    directories: nodeDirectories(process.env, process.getuid?.() ?? -1),
    print: (text) => process.stdout.write(text),
    note: (line) => process.stderr.write(`${CLEAR}${line}\n`),
    paint: process.stderr.isTTY ? (line) => process.stderr.write(`${CLEAR}${line}`) : undefined,
    exitWith: (code) => {
      process.exitCode = code;
    },
  });
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  const { text, exitCode } = describeFailure(PROGRAM, error);
  process.stderr.write(text);
  return exitCode;
}
