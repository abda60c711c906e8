import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { removeTree } from '@depotcast/hydrator';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { run, runCommand } from './support/programs.js';
import { filesBelow, initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');
const repo = await initRepository(scratch, prefix);
for (const name of ['one', 'two']) {
  const bundle = join(scratch, `bundle-${name}`);
  await writeFakeBundle(bundle, { prefix, sources: { name }, images: { 'x86-64': randomBytes(8 << 20) } });
  await publish(repo, bundle, name, name);
}
const source = ['--repo', repo.path, '--root', repo.root];

const julia = join(scratch, 'julia');
await writeFile(julia, `#!/bin/sh\n[ "$1" = --version ] && echo 'julia version 1.5.3' || printf /usr/bin\n`);
await chmod(julia, 0o755);

const wholeLayers = async (root: string): Promise<string[]> =>
  (await readdir(join(root, 'layers'))).filter((name) => !name.startsWith('.')).sort();

test('within a quota a new release takes the place of the old one, unless a job runs on it', async () => {
  const state = join(scratch, 'state');
  const hydrate = (command: string, channel: string, args: readonly string[]) => {
    const places = ['--state', state, '--into', prefix, '--quota', '12MB'];
    return run('depot-hydrate', [command, ...source, '--channel', channel, ...places, ...args]);
  };
  assert.equal((await hydrate('fetch', 'one', [])).code, 0);
  const one = await wholeLayers(prefix);

  const held = await hydrate('env', 'one', ['--julia', julia, '--lease-pid', `${process.pid}`]);
  assert.equal(held.code, 0, held.stderr);
  const refused = await hydrate('fetch', 'two', []);
  assert.equal(refused.code, 5, refused.stderr);
  assert.match(refused.stderr, /the quota of 11\.4 MiB running jobs use 8\.0 MiB[\s\S]*raise the quota/);
  for (const layer of one) assert.ok((await wholeLayers(prefix)).includes(layer), layer);

  await removeTree(join(prefix, '.node/leases'));
  assert.equal((await hydrate('fetch', 'two', [])).code, 0);
  const two = await wholeLayers(prefix);
  assert.ok(!one.every((layer) => two.includes(layer)));
  assert.equal((await hydrate('verify', 'two', [])).code, 0);
});

test('env fetches nothing to a place where the release cannot run', async () => {
  const node = await freshNode(scratch, [...source, '--channel', 'one']);
  const { code, stdout, stderr } = await node.hydrate('env', ['--julia', julia]);
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(stderr, /runs only at .*[\s\S]*hint: mount or fetch it at/);
  const [root = ''] = await readdir(node.cache);
  assert.deepEqual(await filesBelow(join(node.cache, root)), []);
});

test('exec holds its layers for as long as the job runs, also where only exec itself is killed', async () => {
  const root = join(scratch, 'exec');
  await mkdir(prefix, { recursive: true });
  const gc = async (): Promise<number> => {
    const { code, stdout, stderr } = await run('depot-hydrate', [
      'gc',
      '--into',
      prefix,
      '--quota',
      '0',
      '--json',
    ]);
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as { kept: unknown[] }).kept.length;
  };
  const args = [...source, '--channel', 'one', '--state', root, '--into', prefix, '--julia', julia];
  const program = new URL(import.meta.resolve('@depotcast/hydrator/bundle')).pathname;
  const job = spawn(
    process.execPath,
    [program, 'exec', ...args, '--', 'sh', '-c', 'echo $$; exec sleep 1000'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const [line] = (await once(job.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  after(() => {
    spawnSync('kill', ['-9', `${pid}`]);
  });
  assert.equal(await gc(), 3);
  job.kill('SIGKILL');
  await once(job, 'exit');
  assert.equal(await gc(), 3);
  process.kill(pid, 'SIGKILL');
  while (spawnSync('kill', ['-0', `${pid}`]).status === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await gc(), 0);
});

test('a damaged layer is fetched again by verify --repair, and only what is damaged', async () => {
  const node = await freshNode(scratch, [...source, '--channel', 'one']);
  assert.equal((await node.hydrate('fetch', [])).code, 0);
  const [root = ''] = await readdir(node.cache);
  const layers = join(node.cache, root, 'layers');
  const [sysimage = ''] = (await readdir(layers)).filter((name) => name.startsWith('sysimage'));
  const file = join(layers, sysimage, 'sys.so');
  await chmod(file, 0o644);
  const handle = await open(file, 'r+');
  await handle.write('x', 1000);
  await handle.close();
  const found = await node.hydrate('verify', []);
  assert.equal(found.code, 4);
  assert.match(found.stderr, /sys\.so[\s\S]*--repair/);
  const repaired = await node.hydrate('verify', ['--repair', '--json']);
  assert.equal(repaired.code, 0, repaired.stderr);
  assert.deepEqual((JSON.parse(repaired.stdout) as { repaired: string[] }).repaired, [sysimage]);
  assert.equal((await node.hydrate('verify', [])).code, 0);
  assert.deepEqual(
    (await readdir(layers)).filter((name) => name.startsWith('.')),
    [],
  );
});

/** Mounts a small file system until the test file has ended. @returns why it cannot be done, or nothing */
function mountSmall(path: string): string | false {
  if (process.getuid?.() !== 0) return 'only root can mount';
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=755', 'none', path]);
  if (status !== 0) return `no tmpfs can be mounted: ${stderr.toString().trim()}`;
  after(() => {
    spawnSync('umount', ['-l', path]);
  });
  return false;
}

test('a disk that is full or read-only', async (t) => {
  const disk = join(scratch, 'disk');
  await mkdir(disk);
  const skip = mountSmall(disk);
  const hydrate = (args: readonly string[]) =>
    run('depot-hydrate', [
      'fetch',
      ...source,
      '--state',
      join(scratch, 'disk-state'),
      '--into',
      disk,
      ...args,
    ]);

  await t.test('that is full gets a clear error, and its room back', { skip }, async () => {
    const outcome = await hydrate(['--channel', 'one']);
    assert.equal(outcome.code, 5);
    assert.match(outcome.stderr, /layers\/sysimage-[0-9a-f]{32}: cannot be written \(ENOSPC\)[\s\S]*gc/);
    assert.deepEqual(
      (await readdir(join(disk, 'layers'))).filter((name) => name.startsWith('.')),
      [],
    );
  });

  await t.test('that is read-only serves what it has, and refuses the rest', { skip }, async () => {
    const grown = await runCommand(['mount', '-o', 'remount,size=10m', disk]);
    assert.equal(grown.code, 0, grown.stderr);
    assert.equal((await hydrate(['--channel', 'one'])).code, 0);
    assert.equal((await runCommand(['mount', '-o', 'remount,ro', disk])).code, 0);
    const served = await hydrate(['--channel', 'one']);
    assert.equal(served.code, 0, served.stderr);
    const refused = await hydrate(['--channel', 'two']);
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /cannot be written \(EROFS\)/);
  });
});
