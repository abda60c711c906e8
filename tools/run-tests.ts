import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of compiled tests. Files are named one by one, for what `node --test DIR` takes for a test varies with Node. */
const UNIT = ['packages/hydrator', 'packages/builder', 'packages/publisher', 'tools'].map((place) =>
  join(place, 'dist/test'),
);
const WHOLE_SYSTEM = ['test/dist'];

const folders = process.argv.includes('--unit') ? UNIT : [...UNIT, ...WHOLE_SYSTEM];
const files = folders.filter((folder) => existsSync(folder)).flatMap(testsIn);
// One at a time: a build takes several GB of memory, and tests with a real Julia share one prefix.
const child = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], { stdio: 'inherit' });
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});

function testsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(folder, name));
}
