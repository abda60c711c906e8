import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { checkManifest, parseManifest } from '../src/cvmfs/read/manifest.js';
import { checkWhitelist, parseWhitelist } from '../src/cvmfs/read/whitelist.js';
import { selfSignedCertificate } from '../src/cvmfs/write/certificate.js';
import { renderManifest } from '../src/cvmfs/write/manifest.js';
import { signWithMasterKey, signWithRepositoryKey } from '../src/cvmfs/write/signed-text.js';
import { renderWhitelist } from '../src/cvmfs/write/whitelist.js';
import { fakeHash } from './cvmfs-fixture.js';

const NAME = 'julia.example.org';
const NOW = new Date('2026-11-20T12:34:56Z');
const EXPIRES = new Date('2026-12-20T12:34:56Z');

const repository = generateKeyPairSync('rsa', { modulusLength: 2048 });
const master = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificate = selfSignedCertificate(NAME, repository.privateKey, NOW);
const masterKey = master.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const MANIFEST = {
  ...{ name: NAME, revision: 7, time: 1795000000, catalog: fakeHash('catalog'), catalogSize: 57344 },
  ...{ certificate: fakeHash('certificate'), history: fakeHash('history') },
  ...{ metainfo: fakeHash('metainfo'), reflog: fakeHash('reflog') },
};
const manifestBytes = renderManifest(MANIFEST, signWithRepositoryKey(repository.privateKey));
const whitelistBytes = renderWhitelist(
  { name: NAME, issued: NOW, expires: EXPIRES, certificates: [certificate] },
  signWithMasterKey(master.privateKey),
);

test('a manifest has the lines that every client needs', () => {
  const lines = manifestBytes.toString('latin1').split('\n').slice(0, 15);
  assert.deepEqual(lines, [
    `C${fakeHash('catalog')}-shake128`,
    'B57344',
    'Rd41d8cd98f00b204e9800998ecf8427e',
    'D240',
    'S7',
    'Gno',
    'Ano',
    'Njulia.example.org',
    `X${fakeHash('certificate')}-shake128`,
    `H${fakeHash('history')}-shake128`,
    'T1795000000',
    `M${fakeHash('metainfo')}-shake128`,
    `Y${fakeHash('reflog')}-shake128`,
    '--',
    '879db2de21419d3faa61d100f5ae3db3b7c44b8e-shake128',
  ]);
});

test('a manifest is read back, and its signature holds', () => {
  const manifest = parseManifest(manifestBytes, 'm');
  assert.deepEqual([manifest.revision, manifest.time, manifest.catalogSize], [7, 1795000000, 57344]);
  checkManifest(manifest, NAME, certificate, 'm');
});

describe('a manifest is refused', () => {
  const other = selfSignedCertificate(NAME, master.privateKey, NOW);
  test('when another key signed it', () => {
    assert.throws(() => {
      checkManifest(parseManifest(manifestBytes, 'm'), NAME, other, 'm');
    }, /not signed/);
  });
  test('when it is of another repository', () => {
    assert.throws(() => {
      checkManifest(parseManifest(manifestBytes, 'm'), 'x.example.org', certificate, 'm');
    }, /expected repository/);
  });
  test('when a line was changed', () => {
    const changed = Buffer.from(manifestBytes.toString('latin1').replace('S7\n', 'S8\n'), 'latin1');
    assert.throws(() => parseManifest(changed, 'm'), { code: 'bad-digest' });
  });
  test('when it is truncated', () => {
    assert.throws(() => parseManifest(manifestBytes.subarray(0, 200), 'm'), { code: 'bad-format' });
  });
});

describe('a whitelist', () => {
  const context = { name: NAME, certificate, masterKey, now: NOW };
  const check = (changes: Partial<typeof context>) => () => {
    checkWhitelist(parseWhitelist(whitelistBytes, 'w'), { ...context, ...changes }, 'w');
  };
  test('says in fixed places until when it holds and for whom', () => {
    const lines = whitelistBytes.toString('latin1').split('\n');
    assert.deepEqual(lines.slice(0, 3), ['20261120123456', 'E20261220123456', 'Njulia.example.org']);
    assert.match(lines[3] ?? '', /^(?:[0-9A-F]{2}:){19}[0-9A-F]{2}-SHAKE128$/);
  });
  test('holds for the certificate it names', check({}));
  test('holds no longer than it says', () => {
    assert.throws(check({ now: EXPIRES }), { code: 'expired' });
  });
  test('holds for no other certificate', () => {
    const other = selfSignedCertificate(NAME, repository.privateKey, NOW);
    assert.throws(check({ certificate: other }), /not listed/);
  });
  test('holds for no other repository', () => {
    assert.throws(check({ name: 'x.example.org' }), /expected repository/);
  });
  test('holds under no other master key', () => {
    const other = repository.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    assert.throws(check({ masterKey: other }), /not signed by the master key/);
  });
});
