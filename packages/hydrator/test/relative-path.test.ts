import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparePaths, DepotError, parseRelativePath, resolveLink } from '../src/format/index.js';

const refused = (run: () => unknown, pattern: RegExp): void => {
  assert.throws(
    run,
    (error) => error instanceof DepotError && error.code === 'bad-format' && pattern.test(error.message),
  );
};

const ESCAPES: readonly [path: string, why: RegExp][] = [
  ['', /empty/],
  ['/etc/passwd', /absolute/],
  ['a//b', /empty component/],
  ['a/', /empty component/],
  ['.', /'\.' component/],
  ['./a', /'\.' component/],
  ['..', /'\.\.' component/],
  ['a/../../b', /'\.\.' component/],
  ['a\0b', /NUL/],
  ['a\uD800b', /UTF-8/],
  ['x'.repeat(256), /255 bytes/],
  [Array(3000).fill('d').join('/'), /4095 bytes/],
];
for (const [path, why] of ESCAPES) {
  test(`path ${JSON.stringify(path.slice(0, 20))} is refused`, () => {
    refused(() => parseRelativePath(path, 'x.tar'), why);
  });
}

for (const path of [
  'a',
  'a/b.c',
  '...',
  '..a',
  'a/..b',
  'back\\slash',
  'with space',
  'ünï',
  'x'.repeat(255),
]) {
  test(`path ${JSON.stringify(path.slice(0, 20))} is taken`, () => {
    assert.equal(parseRelativePath(path, 'x.tar'), path);
  });
}

test('links that stay inside resolve to where they lead', () => {
  const link = (path: string, target: string): string =>
    resolveLink(parseRelativePath(path, 't'), target, 't');
  assert.equal(link('a/b/l', '../c'), 'a/c');
  assert.equal(link('l', './a//b'), 'a/b');
  assert.equal(link('a/l', '..'), '');
});

for (const target of ['/etc/passwd', '..', '../x', 'a/../../x', 'a/../x', '', '$(HOME)/x', 'a\0']) {
  test(`a link to ${JSON.stringify(target)} from the top is refused`, () => {
    refused(() => resolveLink(parseRelativePath('l', 't'), target, 't'), /symbolic link/);
  });
}

test('paths are ordered by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      assert.equal(Math.sign(comparePaths(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
  assert.ok(comparePaths('\u{10000}', '\uFFFF') > 0, 'a UTF-16 comparison would say otherwise');
});
