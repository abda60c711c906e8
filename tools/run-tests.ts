import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of compiled tests. Files are named one by one, for what `node --test DIR` takes for a test varies with Node. */
const UNIT = ['packages/hydrator', 'packages/builder', 'packages/publisher', 'tools'].map((place) =>
  join(place, 'dist/test'),
);
const WHOLE_SYSTEM = ['test/dist'];
/** Takes half an hour of two cores: an emulator compiles system images. */
const AARCH64 = 'test/dist/aarch64';

const files = chooseTests(process.argv);
// One at a time: a build takes several GB of memory, and tests with a real Julia share one prefix.
const child = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], { stdio: 'inherit' });
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});

function chooseTests(args: readonly string[]): string[] {
  if (args.includes('--aarch64')) return [`${AARCH64}.test.js`, ...testsIn(AARCH64)];
  const folders = args.includes('--unit') ? UNIT : [...UNIT, ...WHOLE_SYSTEM];
  return folders.filter((folder) => existsSync(folder)).flatMap(testsIn);
}

function testsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(folder, name));
}
