import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePackages, type Package } from '../src/format/index.js';

const A: Package = {
  name: 'A',
  uuid: '11111111-1111-1111-1111-111111111111',
  version: '1.0.0',
  tree: 'a'.repeat(40),
};
const B: Package = { ...A, name: 'B', uuid: '22222222-2222-2222-2222-222222222222' };

test('packages differ by version or by code, or are in one environment only', () => {
  assert.deepEqual(comparePackages([A, B], [B, A]), []);
  const edited = { ...A, tree: 'b'.repeat(40) };
  const newer = { ...B, version: '1.1.0' };
  assert.deepEqual(
    comparePackages([B, A], [newer, edited]).map(({ name, from, to }) => [name, from, to]),
    [
      ['A', A, edited],
      ['B', B, newer],
    ],
  );
  assert.deepEqual(comparePackages([A], [B]), [
    { name: 'A', uuid: A.uuid, from: A, to: null },
    { name: 'B', uuid: B.uuid, from: null, to: B },
  ]);
});
