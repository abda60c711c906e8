import { describeFailure } from '@depotcast/hydrator/format';
import { hideBin } from 'yargs/helpers';
import { run } from './commands/run.js';

const PROGRAM = 'depot-publish';

// A web server or a mount reads what is written here, whatever this account's habits are. Keys set their own mode.
process.umask(0o022);

// A reader that has seen enough, as `head` has, is no error; a full disk is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.exitCode = report(error);
});

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
  process.exitCode = report(error);
}

function report(error: unknown): number {
  const { text, exitCode } = describeFailure(PROGRAM, error);
  process.stderr.write(text);
  return exitCode;
}
