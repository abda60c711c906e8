import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCrc32c } from '../src/format/compiled/crc32c.js';

/** RFC 3720, appendix B.4. */
const VECTORS: readonly [string, Buffer, number][] = [
  ['zeros', Buffer.alloc(32), 0x8a9136aa],
  ['ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ['31 to 0', Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c],
  [
    'an iSCSI read command',
    Buffer.from(
      '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000',
      'hex',
    ),
    0xd9963a56,
  ],
];

test('CRC-32C is that of RFC 3720, in one piece and in many', async () => {
  const crc = await createCrc32c();
  assert.equal(crc.value(), 0);
  for (const [name, bytes, expected] of VECTORS) {
    assert.equal(crc.reset().update(bytes).value(), expected, name);
    crc.reset();
    for (const byte of bytes) crc.update(Buffer.of(byte));
    assert.equal(crc.value(), expected, `${name}, byte by byte`);
  }
});
