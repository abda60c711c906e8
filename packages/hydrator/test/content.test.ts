import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { createObjectHasher, createPortableObjectHasher, readContent } from '../src/index.js';
import { DepotError, objectPathsOf, type StoredFileEntry } from '../src/format/index.js';
import { MemorySource, storeFile } from './memory-source.js';

async function collect(source: MemorySource, file: StoredFileEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readContent(source, file)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const PIECES = [randomBytes(300_000), Buffer.alloc(500_000, 'depot'), Buffer.from('tail')];

for (const raw of [false, true]) {
  for (const pieces of [PIECES, [Buffer.from('one')], [Buffer.of()]]) {
    const name = `${raw ? 'raw' : 'zlib'}, ${pieces.length} piece(s), first of ${pieces[0]?.length ?? 0} bytes`;
    test(`content comes back as it was stored: ${name}`, async () => {
      const source = new MemorySource();
      assert.deepEqual(await collect(source, storeFile(source, 'f', pieces, { raw })), Buffer.concat(pieces));
    });

    test(`a flipped bit in any object is refused with the object's name: ${name}`, async () => {
      const source = new MemorySource();
      const file = storeFile(source, 'f', pieces, { raw });
      for (const path of objectPathsOf(file.content)) {
        const good = source.files.get(path) ?? Buffer.of();
        for (const at of [0, good.length >> 1, good.length - 1].filter(
          (index) => index >= 0 && index < good.length,
        )) {
          const bad = Buffer.from(good);
          bad[at] = (bad[at] ?? 0) ^ 0x10;
          source.files.set(path, bad);
          await assert.rejects(
            collect(source, file),
            (error) =>
              error instanceof DepotError && error.code === 'bad-digest' && error.message.includes(path),
          );
        }
        source.files.set(path, good);
      }
    });
  }
}

type Damage = (stored: Buffer, content: Buffer) => Buffer;
const DAMAGES: readonly [what: string, damage: Damage][] = [
  ['truncated', (stored) => stored.subarray(0, stored.length - 5)],
  ['followed by garbage', (stored) => Buffer.concat([stored, Buffer.from('garbage')])],
  ['followed by a second stream', (stored) => Buffer.concat([stored, stored])],
  ['empty', () => Buffer.of()],
  ['not compressed', (_, content) => content],
  ['a bomb', () => deflateSync(Buffer.alloc(50_000_000))],
];
for (const [what, damage] of DAMAGES) {
  test(`an object that is ${what} is refused`, async () => {
    const source = new MemorySource();
    const content = randomBytes(100_000);
    const file = storeFile(source, 'f', [content]);
    const [path = ''] = objectPathsOf(file.content);
    source.files.set(path, damage(source.files.get(path) ?? Buffer.of(), content));
    let received = 0;
    await assert.rejects(
      async () => {
        for await (const chunk of readContent(source, file)) received += chunk.length;
      },
      (error) => error instanceof DepotError && error.code === 'bad-digest' && error.message.includes(path),
    );
    assert.ok(received <= content.length, 'no byte beyond the signed size is handed on');
  });
}

test('objects that are all genuine but of another file are refused', async () => {
  const source = new MemorySource();
  const [a, b] = [
    storeFile(source, 'a', [Buffer.from('aaaa')]),
    storeFile(source, 'b', [Buffer.from('bbbb')]),
  ];
  await assert.rejects(collect(source, { ...a, content: b.content }), /a: expected SHA-256/);
});

test('a missing object is reported as not found, by its path', async () => {
  const source = new MemorySource();
  const file = storeFile(source, 'f', [Buffer.from('x')]);
  source.files.clear();
  await assert.rejects(
    collect(source, file),
    (error) => error instanceof DepotError && error.code === 'not-found' && error.message.includes('data/'),
  );
});

test("OpenSSL's and JavaScript's SHAKE-128 agree, whatever the pieces", () => {
  for (const size of [0, 1, 167, 168, 169, 100_000]) {
    const bytes = randomBytes(size);
    const digests = [createObjectHasher(), createPortableObjectHasher()].map((hasher) => {
      hasher.update(bytes.subarray(0, size >> 1));
      hasher.update(bytes.subarray(size >> 1));
      return hasher.digest();
    });
    assert.match(digests[0] ?? '', /^[0-9a-f]{40}$/);
    assert.equal(digests[0], digests[1]);
  }
});
