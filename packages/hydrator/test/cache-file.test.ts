import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DepotError } from '../src/format/index.js';
import { type CacheFile, readCacheFile } from '../src/format/compiled/cache-file.js';
import { createCrc32c } from '../src/format/compiled/crc32c.js';
import {
  crc32c,
  DEFAULT_FLAGS,
  memorySource,
  PACKAGE_IMAGE,
  sha256,
  SYSTEM_IMAGE,
  writeCache,
  type WrittenCache,
  writeTargets,
} from './cache-writer.js';

const crc = await createCrc32c();
const read = (bytes: Buffer): Promise<CacheFile> => readCacheFile(memorySource(bytes), 'layer/A.ji', crc);

const VERSIONS = ['1.5.3', '1.6.7', '1.8.5', '1.9.4', '1.10.8', '1.11.7', '1.12.5', '1.13.0-beta2'];
const UUID = '90cf8b57-527f-4b0e-8303-eab81c9d1304';
const BASE = '00000000-0000-0000-0000-000000000000';

function example(version: string): WrittenCache {
  return {
    version,
    checksum: 0x12345678,
    modules: [
      { name: 'A', uuid: UUID, build: 0xa1n },
      { name: 'AHelper', uuid: BASE, build: 0xa2n },
    ],
    sources: [
      { path: '/depot/A/src/A.jl', text: 'module A end' },
      { path: '\0packed id', text: '', mtime: 0 },
      { path: '/depot/A/data.txt', text: 'data', isRead: true },
      { path: '/depot/A/src/ö.jl', text: '' },
    ],
    preferences: { names: ['speed', 'blas'], hash: 77n },
    required: [{ name: 'Base', uuid: BASE, build: 0xb0n, image: SYSTEM_IMAGE | 9n }],
    targets: writeTargets([{ cpu: 'haswell', enabled: [1, 2, 3] }]),
    library: Buffer.from('machine code'),
  };
}

for (const version of VERSIONS) {
  test(`a cache of Julia ${version} is read as it was written`, async () => {
    const file = await read(writeCache(example(version)));
    const isNative = !/^1\.[5-8]\./.test(version);
    const hasContent = /^1\.1[1-3]\./.test(version);
    const { header } = file;
    assert.deepEqual(header.julia, {
      version,
      system: 'Linux',
      arch: 'x86_64',
      branch: 'branch',
      commit: 'c0ffee',
    });
    assert.equal(header.flags, isNative ? DEFAULT_FLAGS : undefined);
    const upper = isNative ? (PACKAGE_IMAGE | 0x12345678n) << 64n : 0n;
    assert.deepEqual(header.modules, [
      { name: 'A', uuid: UUID, buildId: upper | 0xa1n },
      { name: 'AHelper', uuid: BASE, buildId: upper | 0xa2n },
    ]);
    assert.deepEqual(
      header.sources,
      (
        [
          ['/depot/A/src/A.jl', 'module A end'],
          ['/depot/A/data.txt', 'data'],
          ['/depot/A/src/ö.jl', ''],
        ] as const
      ).map(([path, text]) => ({
        path,
        mtime: hasContent ? -1 : 1,
        content: hasContent ? { size: text.length, crc: crc32c(Buffer.from(text)) } : undefined,
      })),
    );
    assert.deepEqual(
      header.preferences,
      version === '1.5.3' ? undefined : { names: ['speed', 'blas'], hash: 77n },
    );
    const base = isNative ? ((SYSTEM_IMAGE | 9n) << 64n) | 0xb0n : 0xb0n;
    assert.deepEqual(header.required, [{ name: 'Base', uuid: BASE, buildId: base }]);
    assert.deepEqual(header.targets, isNative ? example(version).targets : Buffer.alloc(0));
    assert.deepEqual(file.texts, [
      { path: '/depot/A/src/A.jl', sha256: sha256('module A end') },
      { path: '/depot/A/src/ö.jl', sha256: sha256('') },
    ]);
    assert.equal(file.libraryCrc, isNative ? crc32c(Buffer.from('machine code')) : 0);
    assert.equal(file.crc.actual, file.crc.recorded);
  });

  test(`a cache of Julia ${version} that is cut anywhere is refused, with the file and the offset`, async () => {
    const bytes = writeCache(example(version));
    for (let length = 0; length < bytes.length; length += 1) {
      await assert.rejects(read(bytes.subarray(0, length)), {
        code: 'bad-format',
        message: /^layer\/A\.ji: (from )?byte \d+/,
      });
    }
  });
}

test('damaged bytes give a changed checksum or a DepotError, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...VERSIONS),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
      async (version, flips) => {
        const whole = writeCache(example(version));
        const bytes = Buffer.from(whole);
        for (const [at, mask] of flips) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
        fc.pre(!bytes.equals(whole));
        try {
          const { recorded, actual } = (await read(bytes)).crc;
          assert.notEqual(actual, recorded);
        } catch (error) {
          if (!(error instanceof DepotError)) throw error;
          assert.equal(error.code, 'bad-format');
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('any bytes after the magic number give a DepotError', async () => {
  const start = writeCache(example('1.10.8')).subarray(0, 30);
  await fc.assert(
    fc.asyncProperty(fc.nat(30), fc.uint8Array({ maxLength: 400 }), async (kept, noise) => {
      await assert.rejects(read(Buffer.concat([start.subarray(0, kept), noise])), { code: 'bad-format' });
    }),
  );
});

test('a format that is not known is named', async () => {
  await assert.rejects(read(writeCache({ ...example('1.14.0'), format: 13 })), {
    message: /expected \.ji format 11 or 12, got 13/,
  });
});

test('a header of any length is read, and a large file in small pieces', async () => {
  const sources = Array.from({ length: 5000 }, (_, index) => ({
    path: `/depot/A/src/${index}.jl`,
    text: 'x',
  }));
  const long = await read(writeCache({ ...example('1.10.8'), sources }));
  assert.equal(long.header.sources.length, 5000);
  const large = memorySource(writeCache({ ...example('1.8.5'), data: Buffer.alloc(40 * 2 ** 20) }));
  const { crc: checksum } = await readCacheFile(large, 'A.ji', crc);
  assert.equal(checksum.actual, checksum.recorded);
  assert.ok(large.longest() <= 2 ** 20);
});

test('a length that no file has is refused before anything is set aside for it', async () => {
  const bytes = writeCache(example('1.10.8'));
  const at = bytes.indexOf('AHelper') - 4;
  bytes.writeUInt32LE(0xfffffff0, at);
  await assert.rejects(read(bytes), { code: 'bad-format', message: /a text of 4294967280 bytes/ });
});
