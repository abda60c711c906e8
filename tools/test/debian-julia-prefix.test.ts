import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { digestOf } from '@depotcast/hydrator/format';
import { ensurePrefix } from '../debian-julia/prefix.js';
import type { Receipt } from '../debian-julia/receipt.js';

const RECEIPT: Receipt = {
  format: 2,
  suite: 'bullseye',
  packages: [{ package: 'julia', version: '1.5.3', architecture: 'amd64', sha256: digestOf('') }],
};

describe('ensurePrefix', () => {
  test('builds once, and leaves nothing beside the prefix but its lock', async (t) => {
    const { directory, ensure, builds } = await makeDirectory(t);
    const first = await ensure();
    const second = await ensure();
    assert.deepEqual(first, { path: join(directory, 'tool'), receipt: RECEIPT });
    assert.deepEqual(second, first);
    assert.equal(builds(), 1);
    assert.deepEqual((await readdir(directory)).sort(), ['.tool.lock', 'tool']);
  });

  test('builds once for eight callers at a time', async (t) => {
    const { ensure, builds } = await makeDirectory(t);
    const made = await Promise.all(Array.from({ length: 8 }, ensure));
    assert.equal(builds(), 1);
    for (const { path } of made) assert.equal(await readFile(join(path, 'file'), 'utf8'), 'content');
  });

  test('shows nothing at its place when the build fails, and builds at the next call', async (t) => {
    const { directory, ensure } = await makeDirectory(t);
    const failing = ensurePrefix(directory, 'tool', ignore, () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /no/);
    assert.deepEqual(await readdir(directory), ['.tool.lock']);
    assert.equal(await readFile(join((await ensure()).path, 'file'), 'utf8'), 'content');
  });

  test('takes over from a process that was killed', async (t) => {
    const { directory, ensure, builds } = await makeDirectory(t);
    await killBuilder(directory);
    await ensure();
    assert.equal(builds(), 1);
    assert.deepEqual((await readdir(directory)).sort(), ['.tool.lock', 'tool']);
  });

  const leftovers: Readonly<Record<string, (directory: string) => Promise<void>>> = {
    'an interrupted build': async (directory) => {
      await mkdir(join(directory, '.tool.partial-1/apt'), { recursive: true });
    },
    'a prefix without a receipt': async (directory) => {
      await mkdir(join(directory, 'tool/root'), { recursive: true });
    },
    'a receipt of another format': async (directory) => {
      await mkdir(join(directory, 'tool'), { recursive: true });
      await writeFile(join(directory, 'tool/receipt.json'), JSON.stringify({ ...RECEIPT, format: 0 }));
    },
    'a receipt cut short': async (directory) => {
      await mkdir(join(directory, 'tool'), { recursive: true });
      await writeFile(join(directory, 'tool/receipt.json'), '{');
    },
  };
  for (const [name, leave] of Object.entries(leftovers))
    test(`builds anew after ${name}`, async (t) => {
      const { directory, ensure, builds } = await makeDirectory(t);
      await leave(directory);
      await writeFile(join(directory, 'mine'), '');
      await ensure();
      assert.equal(builds(), 1);
      assert.deepEqual((await readdir(directory)).sort(), ['.tool.lock', 'mine', 'tool']);
      assert.deepEqual((await readdir(join(directory, 'tool'))).sort(), ['file', 'receipt.json']);
    });

  test('reports what the file system refuses', async (t) => {
    const { directory } = await makeDirectory(t);
    await writeFile(join(directory, 'file'), '');
    const below = ensurePrefix(join(directory, 'file'), 'tool', ignore, () => Promise.resolve(RECEIPT));
    await assert.rejects(below, { code: 'storage', message: /ENOTDIR/ });
  });

  test('refuses a directory whose name a library path cannot hold', async () => {
    const refused = ensurePrefix('/tmp/a:b', 'tool', ignore, () => Promise.resolve(RECEIPT));
    await assert.rejects(refused, { code: 'usage' });
  });
});

async function makeDirectory(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'prefix-'));
  t.after(() => rm(directory, { recursive: true }));
  let builds = 0;
  const ensure = () =>
    ensurePrefix(directory, 'tool', ignore, async (workspace) => {
      builds += 1;
      await writeFile(join(workspace, 'file'), 'content');
      return RECEIPT;
    });
  return { directory, ensure, builds: () => builds };
}

/** Starts a process that builds without end, and kills it while it holds the lock. */
async function killBuilder(directory: string): Promise<void> {
  const module = new URL('../debian-julia/prefix.js', import.meta.url).href;
  const script = `
    import { ensurePrefix } from ${JSON.stringify(module)};
    const endless = () => new Promise(() => { console.log('building'); setInterval(() => {}, 1000); });
    await ensurePrefix(${JSON.stringify(directory)}, 'tool', () => {}, endless);`;
  const builder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(builder.stdout, 'data');
  builder.kill('SIGKILL');
  await once(builder, 'exit');
}

function ignore(): void {
  // The progress of a test is of no interest.
}
