import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import type { StoredContent } from '@depotcast/hydrator/format';
import { objectPathsOf } from '@depotcast/hydrator/format';
import { compress } from '../src/objects/compress.js';
import { CUT_ABOVE, storeContent } from '../src/objects/store-content.js';
import { WorkPool } from '../src/objects/work-pool.js';
import { MemoryObjectStore } from './memory-object-store.js';
import { noise } from './noise.js';

async function* inParts(content: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += 1_000_000) {
    yield await Promise.resolve(content.subarray(start, start + 1_000_000));
  }
}

async function store(content: Buffer): Promise<{ stored: StoredContent; restored: Buffer }> {
  const objects = new MemoryObjectStore();
  const pool = new WorkPool({ concurrency: 2, maxBytes: 64 * 1024 * 1024 });
  const { done } = await storeContent(inParts(content), content.length, { store: objects, pool });
  const stored = await done;
  const parts = objectPathsOf(stored).map((path) => objects.objects.get(path) ?? Buffer.alloc(0));
  const restored = Buffer.concat(
    stored.compression === 'raw' ? parts : parts.map((part) => inflateSync(part)),
  );
  return { stored, restored };
}

describe('storing a content', () => {
  const text = Buffer.from('all work and no play '.repeat(1000));
  const long = CUT_ABOVE + 1;
  const cases: [string, Buffer, StoredContent['compression'], boolean][] = [
    ['text is compressed', text, 'zlib', false],
    ['noise is kept as it is', noise('short', 10_000), 'raw', false],
    ['nothing is a zlib stream of nothing', Buffer.alloc(0), 'zlib', false],
    ['the longest uncut content is one object', Buffer.alloc(CUT_ABOVE, 'x'), 'zlib', false],
    ['one byte more is cut', Buffer.alloc(long, 'x'), 'zlib', true],
    ['long noise is cut and kept as it is', noise('long', long), 'raw', true],
    [
      'the first piece decides for all',
      Buffer.concat([noise('first', 20_000_000), Buffer.alloc(long)]),
      'raw',
      true,
    ],
  ];
  for (const [name, content, compression, isCut] of cases) {
    test(name, async () => {
      const { stored, restored } = await store(content);
      assert.ok(restored.equals(content));
      assert.equal(stored.compression, compression);
      assert.equal(stored.pieces.length > 1, isCut);
      assert.equal(
        stored.pieces.reduce((sum, { size }) => sum + size, 0),
        content.length,
      );
    });
  }

  test('the empty file is the object that CernVM-FS knows', async () => {
    const { stored } = await store(Buffer.alloc(0));
    assert.deepEqual(stored.pieces, [{ hash: '28d94b83b7229b331fc601362b8e272e02665122', size: 0 }]);
  });
});

for (const size of [1, 100, 65_536, 1_000_000, 16_000_000]) {
  test(`${size} bytes of noise do not outgrow what readers accept of a compressed piece`, async () => {
    const { length } = await compress(noise('piece', size));
    assert.ok(length <= size + Math.ceil(size / 1000) + 64, `${length} bytes`);
  });
}
