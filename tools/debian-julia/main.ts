import { parseArgs } from 'node:util';
import { DepotError, EXIT_INTERNAL } from '@depotcast/hydrator/format';
import { type DebianArch, hostArch, parseDebianArch } from './architecture.js';
import { fetchDebianJulia } from './julia.js';

const USAGE = `usage: main.js [--arch amd64|arm64] DIR

Fetches Debian's Julia into DIR and prints the command that starts it.`;

async function main(args: string[]): Promise<void> {
  const { help, directory, arch } = parseCommandLine(args);
  if (help) {
    console.log(USAGE);
    return;
  }
  const { julia } = await fetchDebianJulia({ directory, arch, log: console.error });
  console.log(julia);
}

function parseCommandLine(args: string[]): { help: boolean; directory: string; arch: DebianArch } {
  const { values, positionals } = readArgs(args);
  const arch = values.arch === undefined ? hostArch() : parseDebianArch(values.arch);
  const [directory, ...rest] = positionals;
  if (values.help === true) return { help: true, directory: '', arch };
  if (directory === undefined || rest.length > 0)
    throw new DepotError('usage', `expected one directory, got ${positionals.length}`, { hint: USAGE });
  return { help: false, directory, arch };
}

function readArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { arch: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (cause) {
    throw new DepotError('usage', (cause as Error).message, { hint: USAGE, cause });
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof DepotError) {
    console.error(`error: ${error.message}`);
    if (error.hint !== undefined) console.error(error.hint);
    process.exitCode = error.exitCode;
  } else {
    console.error('this is a bug:', error);
    process.exitCode = EXIT_INTERNAL;
  }
}
