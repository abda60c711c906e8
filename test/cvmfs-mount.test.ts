import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { expectSuccess, mount, mountsMissing } from './support/cvmfs.js';
import { writeFakeBundle } from './support/fake-bundle.js';
import { nginxMissing, serve } from './support/nginx.js';
import { freshNode } from './support/node.js';
import { runCommand, succeed } from './support/programs.js';
import { initRepository, publish, type TestRepository } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');

const SOURCES = {
  'packages/A/src/A.jl': 'module A end',
  'packages/A/empty': '',
  'packages/A/bin/run': { executable: '#!/bin/sh\n' },
  'packages/A/bin/current': { link: 'run' },
  'packages/α β/\u{1f600} %$.jl': 'unicode',
  [`packages/${'n'.repeat(255)}`]: 'a long name',
  'packages/random': randomBytes(5000),
};

async function bundleOf(name: string): Promise<string> {
  const bundle = join(scratch, `bundle-${name}`);
  // Long enough to be cut into pieces, and half of it compressible.
  const image = Buffer.concat([Buffer.alloc(30 << 20, name), randomBytes(30 << 20)]);
  await writeFakeBundle(bundle, { prefix, sources: SOURCES, images: { 'x86-64': image } });
  return bundle;
}

async function different(a: string, b: string): Promise<string> {
  return (await runCommand(['diff', '--recursive', '--no-dereference', a, b])).stdout;
}

/** Types, permissions, sizes, times and targets; diff compares none of them. */
async function inventory(directory: string): Promise<string> {
  const format = '%P %y %m %n %s %T@ %l\\n';
  const { stdout } = await runCommand(['find', directory, '-mindepth', '1', '-printf', format]);
  return stdout.split('\n').sort().join('\n');
}

describe('the stock client', { skip: mountsMissing }, () => {
  let repo: TestRepository;
  let first: string;
  let mounted: Awaited<ReturnType<typeof mount>>;

  before(async () => {
    repo = await initRepository(scratch, prefix);
    first = await bundleOf('1');
    await publish(repo, first, 'release-1');
    mounted = await mount(repo, `file://${repo.path}`, join(scratch, 'client'));
  });

  test('shows what export writes, to the last permission', async () => {
    const exported = join(scratch, 'exported');
    await succeed('depot-publish', ['export', repo.path, '--into', exported]);
    assert.equal(await different(exported, mounted.path), '');
    assert.equal(await inventory(mounted.path), await inventory(exported));
  });

  test("shows the bundle's layers as they left the build host", async () => {
    const layers = await readdir(join(mounted.path, 'layers'));
    assert.equal(layers.length, 3);
    for (const layer of layers) {
      const unpacked = join(scratch, 'unpacked', layer);
      await mkdir(unpacked, { recursive: true });
      await expectSuccess(runCommand(['tar', '-xf', join(first, 'layers', `${layer}.tar`), '-C', unpacked]));
      assert.equal(await different(unpacked, join(mounted.path, 'layers', layer)), '');
    }
  });

  test('shows the same over HTTP', { skip: nginxMissing }, async () => {
    const client = join(scratch, 'http-client');
    await mkdir(client);
    const { path } = await mount(repo, await serve(repo.path, scratch), client);
    assert.equal(await different(mounted.path, path), '');
  });

  test('gives the hydrator what it needs to verify and choose', async () => {
    const node = await freshNode(scratch, ['--repo', mounted.path, '--root', repo.root, '--channel', 'prod']);
    const outcome = await node.hydrate('explain', ['--json']);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal((JSON.parse(outcome.stdout) as { name: string }).name, 'release-1');
  });

  test('follows a publish and a rollback, and stays where a tag pins it', async () => {
    const channel = () => readlink(join(mounted.path, 'channels/prod'));
    const old = await channel();
    await publish(repo, await bundleOf('2'), 'release-2');
    await mounted.remount();
    assert.notEqual(await channel(), old);
    assert.equal((await readdir(join(mounted.path, 'releases'))).length, 2);
    await succeed('depot-publish', ['rollback', repo.path, 'prod', old.slice(-64)]);
    await mounted.remount();
    assert.equal(await channel(), old);

    const tag = ['CVMFS_REPOSITORY_TAG=release-1'];
    const pinned = await mount(repo, `file://${repo.path}`, join(scratch, 'pinned'), tag);
    assert.deepEqual(await readdir(join(pinned.path, 'releases')), [old.slice(-64)]);
  });

  test('mounts a mirror like the original', async () => {
    const copy = join(scratch, 'mirror');
    await succeed('depot-publish', ['mirror', repo.path, copy]);
    const { path } = await mount(repo, `file://${copy}`, join(scratch, 'mirror-client'));
    assert.equal(await different(mounted.path, path), '');
  });
});
