import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '@depotcast/hydrator/format';
import { aptName, checkArchives, parsePackages } from '../debian-julia/package.js';
import { isUnpacked } from '../debian-julia/selection.js';

const GMP = digestOf('gmp');
const COMMON = digestOf('common');

const INDEX = `Package: libgmp10
Source: gmp
Version: 2:6.2.1+dfsg-1
Architecture: amd64
Description: arithmetic
 Package: not a field
SHA256: ${GMP}

Package: julia-common
Version: 1.5.3+dfsg-3
Architecture: all
SHA256: ${COMMON}

`;
const GMP_FILE = '/cache/libgmp10_2%3a6.2.1+dfsg-1_amd64.deb';
const COMMON_FILE = '/cache/julia-common_1.5.3+dfsg-3_all.deb';

describe('packages', () => {
  test('are read from an index', () => {
    assert.deepEqual(parsePackages(INDEX), [
      { package: 'libgmp10', version: '2:6.2.1+dfsg-1', architecture: 'amd64', sha256: GMP },
      { package: 'julia-common', version: '1.5.3+dfsg-3', architecture: 'all', sha256: COMMON },
    ]);
  });

  test('must have a SHA-256', () => {
    const index = 'Package: a\nVersion: 1\nArchitecture: all\nMD5sum: 00\n';
    assert.throws(() => parsePackages(index), { code: 'bad-format', message: /SHA256/ });
    assert.throws(() => parsePackages(`${index}SHA256: 00\n`), { code: 'bad-format' });
  });

  test('are named to apt with their version', () => {
    assert.equal(aptName(GMP_FILE), 'libgmp10=2:6.2.1+dfsg-1');
    assert.throws(() => aptName('/cache/libgmp10.deb'), { code: 'bad-format' });
  });
});

describe('checkArchives', () => {
  const index = parsePackages(INDEX);

  test('joins each archive with what the index says of it', () => {
    const archives = [
      { path: COMMON_FILE, sha256: COMMON },
      { path: GMP_FILE, sha256: GMP },
    ];
    assert.deepEqual(checkArchives(archives, index), [
      { ...index[1], path: COMMON_FILE },
      { ...index[0], path: GMP_FILE },
    ]);
  });

  test('names every package with other bytes, another version or another architecture', () => {
    const archives = [
      { path: COMMON_FILE, sha256: GMP },
      { path: '/cache/libgmp10_2%3a6.2.1+dfsg-2_amd64.deb', sha256: GMP },
      { path: '/cache/libgmp10_2%3a6.2.1+dfsg-1_arm64.deb', sha256: GMP },
    ];
    assert.throws(() => checkArchives(archives, index), {
      code: 'bad-digest',
      message: /julia-common 1\.5\.3.*; libgmp10 2:6\.2\.1\+dfsg-2 amd64.*; libgmp10 .* arm64/,
    });
  });
});

describe('isUnpacked', () => {
  test("leaves the C library to the machine's own, where programs run beside it", () => {
    assert.equal(isUnpacked('libc6', false), false);
    assert.equal(isUnpacked('libc6', true), true);
    assert.equal(isUnpacked('libgmp10', false), true);
  });

  test('leaves out what only installs packages', () => {
    assert.equal(isUnpacked('dpkg', false), false);
    assert.equal(isUnpacked('dpkg', true), false);
  });
});
