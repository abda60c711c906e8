import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  comparePaths,
  DepotError,
  type Digest,
  type Listing,
  type ListingEntry,
  objectPathsOf,
  parseListing,
  parseStoredListing,
  type RelativePath,
  renderListing,
  renderStoredListing,
  treeDigestOf,
} from '../src/format/index.js';
import { golden } from './golden.js';

const codeIs = (code: string, pattern: RegExp) => (error: unknown) =>
  error instanceof DepotError && error.code === code && pattern.test(error.message);

test('the golden listing is read and written to the byte, and its digest is the SHA-256 of its text', () => {
  const text = golden('listing.txt');
  const listing = parseListing(text, 'listing.txt');
  assert.equal(listing.length, 6);
  assert.deepEqual(listing[3], {
    type: 'file',
    path: 'environments/run.sh',
    executable: true,
    size: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
  assert.equal(listing[4]?.path, 'tab\tand%percent');
  assert.equal(renderListing(listing), text);
  assert.equal(treeDigestOf(listing), createHash('sha256').update(text).digest('hex'));
});

test('the golden stored listing is read and written to the byte', () => {
  const text = golden('stored-listing.txt');
  const tree = '09e4f97c3cbd53b0d2a2fbcebd2a9bd5e4f6f7f88b7d8bb7e0e0a3cba1d8cd9b' as Digest;
  assert.throws(() => parseStoredListing(text, tree, 'l'), codeIs('bad-digest', /expected tree digest 09e4/));
  const plain = text.replace('stored-listing', 'listing').replace(/\t(zlib|raw)\t.*/g, '');
  const listing = parseStoredListing(text, treeDigestOf(parseListing(plain, 'l')), 'l');
  assert.equal(renderStoredListing(listing), text);
  const big = listing[1];
  assert.ok(big?.type === 'file');
  assert.deepEqual(objectPathsOf(big.content), [
    'data/01/23456789abcdef0123456789abcdef01234567-shake128P',
    'data/89/abcdef0123456789abcdef0123456789abcdef-shake128P',
  ]);
});

const DIGEST = 'e'.repeat(64);
const REFUSED: readonly [what: string, lines: string[], pattern: RegExp][] = [
  ['another header', ['depotcast-listing/2'], /expected 'depotcast-listing\/1'/],
  ['a path listed twice', ['d\ta', 'd\ta'], /line 3|listed twice/],
  ['wrong order', ['d\tb', 'd\ta'], /out of order/],
  ['a missing parent', [`f\ta/b\t1\t${DIGEST}`], /no directory entry above it/],
  ['a file below a link', ['d\td', 'l\ta\td', `f\ta/b\t1\t${DIGEST}`], /out of order|no directory/],
  ['a file below a file', [`f\ta\t1\t${DIGEST}`, `f\ta/b\t1\t${DIGEST}`], /no directory entry above it/],
  ['names that differ by case', ['d\tFOO', 'd\tfoo'], /only by case/],
  ['names that differ by Unicode form', ['d\te\u0301', 'd\t\u00e9'], /Unicode form/],
  ['a link out of the layer', ['l\ta\t../b'], /leads out of the layer/],
  ['a climbing path', ['d\t../a'], /'\.\.' component/],
  ['an unknown type', ['p\tfifo'], /not a listing entry/],
  ['a size that is no number', [`f\ta\t1e3\t${DIGEST}`], /size in bytes/],
  ['a size above 2^53', [`f\ta\t9007199254740993\t${DIGEST}`], /size in bytes/],
  ['a short digest', ['f\ta\t1\tabc'], /SHA-256/],
  ['a second spelling of an escape', ['d\t%41'], /badly escaped/],
];
for (const [what, lines, pattern] of REFUSED) {
  test(`a listing with ${what} is refused`, () => {
    const header = what === 'another header' ? [] : ['depotcast-listing/1'];
    assert.throws(
      () => parseListing([...header, ...lines, ''].join('\n'), 'x'),
      codeIs('bad-format', pattern),
    );
  });
}

test('a listing cut off in its last line is refused', () => {
  const text = golden('listing.txt');
  for (const length of [text.length - 1, text.length - 20]) {
    assert.throws(() => parseListing(text.slice(0, length), 'x'), codeIs('bad-format', /./));
  }
});

const names = fc
  .uniqueArray(fc.stringMatching(/^[a-z%\t\n ü]{1,8}$/), { maxLength: 12 })
  .map((all) => all.filter((name) => name.trim() !== ''));
const entry = (path: string): ListingEntry => ({ type: 'directory', path: path as RelativePath });

test('every listing survives being written and read, and two listings share a digest only when equal', () => {
  const sorted = (all: string[]): Listing => [...all].sort(comparePaths).map(entry);
  fc.assert(
    fc.property(names, names, (a, b) => {
      const [left, right] = [sorted(a), sorted(b)];
      assert.deepEqual(parseListing(renderListing(left), 'x'), left);
      const same = JSON.stringify(left) === JSON.stringify(right);
      assert.equal(treeDigestOf(left) === treeDigestOf(right), same);
    }),
  );
});
