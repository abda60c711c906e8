import assert from 'node:assert/strict';
import { chmod, link, mkdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BundleLayer, layerIdOf, renderListing, treeDigestOf } from '@depotcast/hydrator/format';
import { verifyLayer } from '../src/bundle/verify-layer.js';
import { writeTar } from '../src/bundle/write-tar.js';
import { makeCanonical } from '../src/store/canonical.js';
import { measure } from '../src/store/layer-store.js';
import { scanTree } from '../src/store/scan-tree.js';
import { withTemporary, writeFiles } from './temporary.js';

const LONG = `${'long-'.repeat(30)}name/${'x'.repeat(120)}.jl`;
const FILES: Readonly<Record<string, string>> = {
  'a/b.jl': 'b',
  'a-b.jl': 'minus',
  'ünïcode.jl': 'ü',
  [LONG]: 'long',
  'bin/run': '#!/bin/sh\n',
};
const never = new AbortController().signal;

/** Writes the same tree in some order, and packs it. */
async function packed(folder: string, paths: readonly string[], umask: number): Promise<Buffer> {
  const old = process.umask(umask);
  try {
    const tree = join(folder, 'tree');
    for (const path of paths) await writeFiles(tree, { [path]: FILES[path] ?? '' });
    await chmod(join(tree, 'bin/run'), 0o700);
    await symlink('../a-b.jl', join(tree, 'a/link'));
    await utimes(join(tree, 'a-b.jl'), 1e9 + paths.length, 1e9);
    const tar = join(folder, 'layer.tar');
    await writeTar(tree, await scanTree(tree), tar, never);
    return await readFile(tar);
  } finally {
    process.umask(old);
  }
}

test('the same tree gives the same tar, whatever the order, umask, times and time zone', async () => {
  await withTemporary(async (first) =>
    withTemporary(async (second) => {
      const paths = Object.keys(FILES);
      const one = await packed(first, paths, 0o022);
      process.env['TZ'] = 'Asia/Tokyo';
      try {
        assert.ok(one.equals(await packed(second, paths.toReversed(), 0o077)));
      } finally {
        delete process.env['TZ'];
      }
    }),
  );
});

test('a layer is read back as it was written; every flipped byte of a file is found', async () => {
  await withTemporary(async (folder) => {
    const bytes = await packed(folder, Object.keys(FILES), 0o022);
    const listing = await scanTree(join(folder, 'tree'));
    const id = layerIdOf('sources', {});
    const layer: BundleLayer = { id, kind: 'sources', tree: treeDigestOf(listing), ...measure(listing) };
    await writeFiles(folder, { [`layers/${id}.listing`]: renderListing(listing) });
    const tar = join(folder, 'layers', `${id}.tar`);
    await rename(join(folder, 'layer.tar'), tar);
    const { offsets } = await verifyLayer(folder, layer);
    for (const path of ['a/b.jl', LONG]) {
      const at = offsets.get(path) ?? 0;
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
      await writeFile(tar, damaged);
      await assert.rejects(verifyLayer(folder, layer), { code: 'bad-digest' });
    }
    await writeFile(tar, bytes.subarray(0, 4096));
    await assert.rejects(verifyLayer(folder, layer), { code: 'bad-format' });
    await writeFile(join(folder, `layers/${id}.listing`), renderListing(listing.slice(1)));
    await assert.rejects(verifyLayer(folder, layer), { code: 'bad-digest' });
  });
});

test('sockets, and links that leave the layer, are refused; their harmless twins are not', async () => {
  await withTemporary(async (folder) => {
    const tree = join(folder, 'tree');
    await mkdir(tree);
    const server = createServer().listen(join(tree, 'socket'));
    await once(server, 'listening');
    await assert.rejects(scanTree(tree), { code: 'bad-format', message: /socket: expected a file/ });
    server.close();
    await once(server, 'close');
    for (const target of ['/etc/passwd', '../outside']) {
      await symlink(target, join(tree, 'link'));
      await assert.rejects(scanTree(tree), { code: 'bad-format' }, target);
      await rename(join(tree, 'link'), join(folder, `old-${target.length}`));
    }
    await writeFile(join(tree, 'file'), 'x');
    await symlink('file', join(tree, 'link'));
    await link(join(tree, 'file'), join(tree, 'twin'));
    assert.deepEqual(
      (await scanTree(tree)).map(({ path, type }) => [path, type]),
      [
        ['file', 'file'],
        ['link', 'symlink'],
        ['twin', 'file'],
      ],
    );
  });
});

test('names that are not UTF-8 are refused', async () => {
  await withTemporary(async (folder) => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff])]), '');
    await assert.rejects(scanTree(folder), { code: 'bad-format', message: /not valid UTF-8/ });
  });
});

test('a canonical tree shows the modes and times that nodes see', async () => {
  await withTemporary(async (folder) => {
    await writeFiles(folder, { 'tree/a/b': 'x' });
    await chmod(join(folder, 'tree/a/b'), 0o640);
    await makeCanonical(join(folder, 'tree'));
    const [file, directory] = [await stat(join(folder, 'tree/a/b')), await stat(join(folder, 'tree/a'))];
    assert.deepEqual([file.mode & 0o777, file.mtimeMs], [0o444, 1000]);
    assert.deepEqual([directory.mode & 0o777, directory.mtimeMs], [0o555, 1000]);
  });
});
