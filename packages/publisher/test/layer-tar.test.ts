import assert from 'node:assert/strict';
import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ErrorCode } from '@depotcast/hydrator/format';
import { readLayerTar } from '../src/bundle/read-layer-tar.js';
import { listingOf, type TarEntry, tarEntries, writeTar } from './bundle-fixture.js';
import { scratch } from './repository-fixture.js';

const FILES = {
  'bin/run*': '#!/bin/sh\n',
  'lib/a.jl': 'module A end',
  'lib/b': '->a.jl',
  'lib/c.jl': 'module C end',
};
const LISTING = listingOf(FILES);
const ENTRIES = tarEntries(LISTING, FILES);

async function readAll(tar: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for await (const { entry, content } of readLayerTar(tar, LISTING)) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    contents[entry.path] = Buffer.concat(parts).toString();
  }
  return contents;
}

/** The tar with one entry bent. */
function bend(name: string, change: Partial<TarEntry>): TarEntry[] {
  return ENTRIES.map((entry) => (entry.name === name ? { ...entry, ...change } : entry));
}

const file = (name: string): TarEntry => ({ name, type: 'file', mode: 0o644, content: Buffer.from('evil') });

test('a tar that is what its listing says gives its files in order', async (context) => {
  const tar = join(await scratch(context), 'layer.tar');
  await writeTar(tar, ENTRIES);
  assert.deepEqual(await readAll(tar), {
    'bin/run': '#!/bin/sh\n',
    'lib/a.jl': 'module A end',
    'lib/c.jl': 'module C end',
  });
});

describe('a tar is refused', () => {
  const attacks: [string, readonly TarEntry[], ErrorCode, RegExp][] = [
    ['with a path that climbs out', [...ENTRIES, file('lib/../../passwd')], 'bad-format', /'\.\.' component/],
    ['with a path that begins with ..', [file('../passwd'), ...ENTRIES], 'bad-format', /'\.\.' component/],
    ['with an absolute path', [...ENTRIES, file('/etc/passwd')], 'bad-format', /absolute/],
    ['with a path through .', [...ENTRIES, file('./x')], 'bad-format', /'\.' component/],
    [
      'with an entry more',
      [...ENTRIES, file('lib/z.jl')],
      'bad-format',
      /'lib\/z\.jl' is not in the listing/,
    ],
    ['with an entry less', ENTRIES.slice(0, -1), 'bad-format', /'lib\/c\.jl' of the listing is missing/],
    [
      'with an entry less in the middle',
      ENTRIES.filter(({ name }) => name !== 'lib/a.jl'),
      'bad-format',
      /lib\/a\.jl/,
    ],
    ['with two entries exchanged', [...ENTRIES].reverse(), 'bad-format', /stands where/],
    ['with an entry twice', [...ENTRIES, ...ENTRIES.slice(-1)], 'bad-format', /not in the listing/],
    ['with a hard link', bend('lib/a.jl', { type: 'link', linkname: 'bin/run' }), 'bad-format', /hard link/],
    ['with a device', bend('lib/a.jl', { type: 'character-device' }), 'bad-format', /character-device/],
    ['with a fifo', bend('lib/a.jl', { type: 'fifo' }), 'bad-format', /fifo/],
    [
      'with a link for a file',
      bend('lib/a.jl', { type: 'symlink', linkname: 'c.jl' }),
      'bad-format',
      /symlink/,
    ],
    ['with a set-user-id file', bend('bin/run', { mode: 0o4755 }), 'bad-format', /set-user-id/],
    ['with a sticky directory', bend('lib/', { mode: 0o1755 }), 'bad-format', /sticky/],
    ['with an executable bit more', bend('lib/a.jl', { mode: 0o755 }), 'bad-format', /executable/],
    ['with an executable bit less', bend('bin/run', { mode: 0o644 }), 'bad-format', /not executable/],
    ['with a link that leads elsewhere', bend('lib/b', { linkname: '../bin/run' }), 'bad-format', /links to/],
    ['with another size', bend('lib/a.jl', { content: Buffer.from('A') }), 'bad-format', /has 1 bytes/],
    [
      'with other bytes',
      bend('lib/a.jl', { content: Buffer.from('module B end') }),
      'bad-digest',
      /lib\/a\.jl/,
    ],
  ];
  for (const [name, entries, code, message] of attacks) {
    test(name, async (context) => {
      const tar = join(await scratch(context), 'layer.tar');
      await writeTar(tar, entries);
      await assert.rejects(readAll(tar), { code, message });
      await assert.rejects(readAll(tar), { message: new RegExp(tar) });
    });
  }
});

describe('a damaged tar is refused', () => {
  test('at whatever length it was cut', async (context) => {
    const tar = join(await scratch(context), 'layer.tar');
    await writeTar(tar, ENTRIES);
    const whole = (await readFile(tar)).length;
    // The last two blocks only mark the end.
    for (let length = whole - 1024 - 512; length >= 0; length -= 256) {
      await truncate(tar, length);
      await assert.rejects(
        readAll(tar),
        { code: 'bad-format', message: new RegExp(tar) },
        `cut to ${length}`,
      );
    }
  });

  test('where a header was changed', async (context) => {
    const tar = join(await scratch(context), 'layer.tar');
    await writeTar(tar, ENTRIES);
    const handle = await open(tar, 'r+');
    await handle.write('x', 0);
    await handle.close();
    await assert.rejects(readAll(tar), { code: 'bad-format' });
  });

  test('when it is no tar at all', async (context) => {
    const tar = join(await scratch(context), 'layer.tar');
    await writeFile(tar, Buffer.alloc(4096, 'x'));
    await assert.rejects(readAll(tar), { code: 'bad-format' });
  });

  test('when it is missing', async (context) => {
    await assert.rejects(readAll(join(await scratch(context), 'layer.tar')), { code: 'not-found' });
  });
});
