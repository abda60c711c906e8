import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRejection } from '../src/proof/loading-log.js';

const CASES: readonly [string, RegExp][] = [
  [
    '┌ Debug: Rejecting cache file /p/A.ji because it is for file /x/A.jl, not /y/A.jl\n└ @ Base loading.jl:1',
    /look for the reason/,
  ],
  [
    '┌ Debug: Rejecting stale cache file /p/A.ji (mtime 1.0) because file /p/A.jl (mtime 2.0) has changed',
    /a file changed after/,
  ],
  ['┌ Debug: Rejecting cache file /p/A.ji because it was compiled for another target', /CPU lacks features/],
  [
    '┌ Debug: Rejecting cache file /p/A.ji because preferences hash does not match 0x1 != 0x2',
    /LocalPreferences/,
  ],
  ['[ Info: Precompiling A [11111111-1111-1111-1111-111111111111]', /look for the reason/],
];

for (const [log, remedy] of CASES) {
  test(`found, with a remedy: ${log.slice(0, 90).replace('\n', ' ')}`, () => {
    assert.match(findRejection(`A\n${log}\nB`)?.remedy ?? '', remedy);
  });
}

test('a log in which every cache is taken has no rejection', () => {
  assert.equal(
    findRejection('A\n┌ Debug: Loading object cache file /p/A.so for A\n└ @ Base loading.jl:1'),
    undefined,
  );
});
