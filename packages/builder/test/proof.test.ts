import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRejection, type LoadingSituation } from '../src/proof/loading-log.js';

const COMPILED = '/p/layers/compiled-1';
const CACHE = `${COMPILED}/compiled/v1.12/A/slug.ji`;
const A = 'A [11111111-1111-1111-1111-111111111111]';
const NATIVE: LoadingSituation = { compiled: COMPILED, hasNativeCaches: true };

/** What `base/loading.jl` logs, by the versions of Julia that log it so, and the cause that it means. */
const MESSAGES: readonly [versions: string, message: string, cause: RegExp][] = [
  [
    '1.5-1.11',
    `Rejecting cache file ${CACHE} due to it containing an invalid cache header`,
    /another version/,
  ],
  [
    '1.12',
    `Rejecting cache file ${CACHE} due to it containing an incompatible cache header`,
    /another version/,
  ],
  ['1.12', `Rejecting cache file ${CACHE} for ${A} because it could not be opened`, /cannot be read/],
  [
    '1.9-1.13',
    `Rejecting cache file ${CACHE} for ${A} since the flags are mismatched\n│   current session: x\n│   cache file:      y`,
    /other flags/,
  ],
  [
    '1.9-1.13',
    `Rejecting cache file ${CACHE} for ${A} since it would require usage of pkgimage`,
    /no machine code from caches/,
  ],
  [
    '1.9',
    `Rejecting cache file ${CACHE} for ${A} since pkgimage can't be loaded on this target`,
    /CPU lacks features/,
  ],
  [
    '1.10-1.13',
    `Rejecting cache file ${CACHE} for ${A}:\n│   Reasons =\n│    1-element Vector{String}:\n│   Image Targets = x`,
    /CPU lacks features/,
  ],
  [
    '1.9-1.13',
    `Rejecting cache file ${CACHE} for ${A} since pkgimage ${CACHE.replace('.ji', '.so')} was not found`,
    /machine code is gone/,
  ],
  ['1.8-1.13', `Rejecting cache file ${CACHE} for ${A} since it is for B [2222] instead`, /another package/],
  [
    '1.8-1.10',
    `Ignoring cache file ${CACHE} for ${A} (x) since it is does not provide desired build_id (y)`,
    /another build of a package/,
  ],
  [
    '1.11-1.13',
    `Ignoring cache file ${CACHE} for ${A} (x) since it does not provide desired build_id (y)`,
    /another build of a package/,
  ],
  [
    '1.5-1.6',
    `Rejecting cache file ${CACHE} because it provides the wrong uuid (got 1) for B (want 2)`,
    /another build of a package/,
  ],
  [
    '1.7-1.13',
    `Rejecting cache file ${CACHE} because it provides the wrong build_id (got 1) for B (want 2)`,
    /another build of a package/,
  ],
  [
    '1.8-1.13',
    `Rejecting cache file ${CACHE} because required dependency B with build ID 1 is missing from the cache.`,
    /another build of a package/,
  ],
  [
    '1.12',
    `Rejecting cache file ${CACHE} because it was made with a different julia version`,
    /another system image/,
  ],
  [
    '1.5-1.11',
    `Rejecting cache file ${CACHE} because module Core [top-level] is already loaded and incompatible.`,
    /another system image/,
  ],
  [
    '1.5-1.13',
    `Rejecting cache file ${CACHE} because module B [2222] is already loaded and incompatible.`,
    /already loaded/,
  ],
  [
    '1.12',
    `Rejecting cache file ${CACHE} because module B [2222] got loaded at a different version than expected.`,
    /already loaded/,
  ],
  ['1.5-1.13', `Rejecting cache file ${CACHE} because dependency B [2222] not found.`, /nowhere/],
  [
    '1.5-1.13',
    `Rejecting cache file ${CACHE} because it is for file /x/A.jl not file /y/A.jl`,
    /another place/,
  ],
  [
    '1.5-1.13',
    `Rejecting cache file ${CACHE} because uuid mapping for A => B [2222] has changed`,
    /another package than/,
  ],
  ['1.11', `Rejecting stale cache file ${CACHE} because its depot could not be resolved`, /in no depot/],
  [
    '1.9-1.13',
    `Rejecting stale cache file ${CACHE} because file /x/A.jl does not exist`,
    /has changed since/,
  ],
  [
    '1.5-1.10',
    `Rejecting stale cache file ${CACHE} (mtime 1.0) because file /x/A.jl (mtime 2.0) has changed`,
    /has changed since/,
  ],
  [
    '1.11',
    `Rejecting stale cache file ${CACHE} because mtime of include_dependency /x has changed (mtime 1, before 2)`,
    /has changed since/,
  ],
  [
    '1.11',
    `Rejecting stale cache file ${CACHE} because file size of /x has changed (file size 1, before 2)`,
    /has changed since/,
  ],
  [
    '1.11',
    `Rejecting stale cache file ${CACHE} because hash of /x has changed (hash 1, before 2)`,
    /has changed since/,
  ],
  ['1.5-1.13', `Rejecting cache file ${CACHE} because it has an invalid checksum`, /bytes are not those/],
  [
    '1.9-1.13',
    `Rejecting cache file ${CACHE} because ${CACHE.replace('.ji', '.so')} has an invalid checksum`,
    /bytes are not those/,
  ],
  [
    '1.6-1.13',
    `Rejecting cache file ${CACHE} because preferences hash does not match 0x1 != 0x2`,
    /other preferences/,
  ],
  ['1.14-DEV', `Rejecting cache file ${CACHE} because preferences have changed`, /other preferences/],
  [
    '1.14-DEV',
    `Rejecting cache file ${CACHE} for ${A} since it was parsed for a different Julia syntax version`,
    /another syntax/,
  ],
  [
    '1.8-1.13',
    `Rejecting cache file ${CACHE} because required dependency B failed to load from cache file for ${CACHE}.`,
    /cannot be restored/,
  ],
  ['1.5-1.7', 'Required dependency B failed to load from cache file for /x/B.jl.', /cannot be restored/],
  [
    '1.5-1.13',
    `Deserialization checks failed while attempting to load cache from ${CACHE}`,
    /cannot be restored/,
  ],
  [
    '1.6-1.13',
    `The call to compilecache failed to create a usable precompiled cache file for ${A}`,
    /cannot be restored/,
  ],
  [
    '1.5-1.13',
    'Module B with build ID 1 is missing from the cache.\n│ This may mean B does not support precompilation but is imported by a module that does.',
    /cannot be compiled ahead/,
  ],
  ['1.5-1.13', `Precompiling ${A}`, /there is none/],
  ['1.11-1.13', `Precompiling ${A} (cache misses: wrong source (1))`, /there is none/],
  ['1.9-1.13', `Loading cache file ${CACHE} for ${A}`, /without machine code/],
];

for (const [versions, message, cause] of MESSAGES) {
  test(`Julia ${versions}: ${message.replaceAll(COMPILED, '').split('\n')[0] ?? ''}`, () => {
    const log = `A\n┌ Debug: ${message}\n└ @ Base loading.jl:1\nB`;
    const rejection = findRejection(log, NATIVE);
    assert.match(rejection?.cause ?? 'nothing was found', cause);
    assert.notEqual(rejection?.remedy, '');
    if (message.includes(CACHE) || message.includes(A)) assert.equal(rejection?.package, 'A');
  });
}

test('strict loading ends with an error of its own, which is a missing cache', () => {
  const log = `ERROR: Precompiled image ${A} not available with flags CacheFlags(; use_pkgimages=true)`;
  assert.match(findRejection(log, NATIVE)?.cause ?? '', /there is none/);
});

test('of several messages the first is told, as the others follow from it', () => {
  const log = [
    `┌ Debug: Rejecting cache file ${CACHE.replace('/A/', '/B/')} because preferences hash does not match`,
    `└ @ Base loading.jl:1`,
    `┌ Debug: Rejecting cache file ${CACHE} because required dependency B with build ID 1 is missing from the cache.`,
    `└ @ Base loading.jl:1`,
  ].join('\n');
  assert.equal(findRejection(log, NATIVE)?.package, 'B');
});

test('caches that come with Julia may be turned from, as they belong to its own system image', () => {
  const log = `┌ Debug: Rejecting cache file /julia/share/julia/compiled/v1.12/Test/slug.ji because it was made with a different julia version`;
  assert.equal(findRejection(log, NATIVE), undefined);
});

test('a log in which every cache is taken has no rejection', () => {
  const log = `A\n┌ Debug: Loading object cache file ${CACHE.replace('.ji', '.so')} for A\n└ @ Base loading.jl:1`;
  assert.equal(findRejection(log, NATIVE), undefined);
});

test('before 1.9 caches hold no machine code, and are loaded without', () => {
  const log = `┌ Debug: Loading cache file ${CACHE} for A\n└ @ Base loading.jl:1`;
  assert.equal(findRejection(log, { ...NATIVE, hasNativeCaches: false }), undefined);
});
