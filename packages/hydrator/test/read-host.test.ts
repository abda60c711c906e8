import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DepotError } from '../src/format/index.js';
import { readHost } from '../src/host/read-host.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-host-'));
after(() => rm(scratch, { recursive: true }));

for (const [what, cpuinfo] of [
  ['that is missing', join(scratch, 'none')],
  ['that is a folder', scratch],
] as const) {
  test(`a recorded cpuinfo ${what} is an error that names it`, async () => {
    await assert.rejects(
      readHost({ cpuinfo, machine: 'x86_64' }),
      (error) => error instanceof DepotError && error.exitCode === 5 && error.message.startsWith(cpuinfo),
    );
  });
}

test('a file without end is read only so far, and gives the baseline', async () => {
  const host = await readHost({ cpuinfo: '/dev/zero', machine: 'aarch64' });
  assert.deepEqual([...host.features].sort(), ['asimd', 'fp']);
  assert.match(host.warnings.join('\n'), /lists no features; only the baseline image is safe/);
});

test('a node of thousands of CPUs is read whole', async () => {
  const block = (cpu: number): string =>
    `processor\t: ${cpu}\nflags\t\t: sse2 avx2${cpu === 4095 ? '' : ' fma'}\n\n`;
  const file = join(scratch, 'large');
  await writeFile(file, Array.from({ length: 4096 }, (_, cpu) => block(cpu)).join(''));
  assert.deepEqual([...(await readHost({ cpuinfo: file, machine: 'x86_64' })).features], ['sse2', 'avx2']);
});

test('this node is read without options', async () => {
  const host = await readHost();
  assert.ok(host.arch !== '');
  assert.ok(host.features.size > 0 || host.warnings.length > 0);
});
