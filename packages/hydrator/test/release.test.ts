import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  appendEntry,
  cpuTargetFor,
  DepotError,
  type Digest,
  findTarget,
  isPathBound,
  layerIdOf,
  layersToStart,
  parseBundle,
  parseChannel,
  parseRelease,
  releaseIdOf,
  renderJson,
  repository,
  TARGETS,
  targetName,
} from '../src/format/index.js';
import { golden } from './golden.js';

test('the golden release is read, written to the byte, and has the id it always had', () => {
  const text = golden('release.json');
  const release = parseRelease(text, 'release.json');
  assert.equal(renderJson(release), text);
  assert.equal(releaseIdOf(Buffer.from(text)), golden('release.id').trim());
  const [image] = release.images;
  assert.ok(image);
  assert.deepEqual(
    layersToStart(release, image).map((layer) => layer.kind),
    ['sources', 'sysimage', 'compiled'],
  );
});

test('the golden bundle and channel are read and written to the byte', () => {
  assert.equal(renderJson(parseBundle(golden('bundle.json'), 'b')), golden('bundle.json'));
  assert.equal(renderJson(parseChannel(golden('channel.json'), 'c')), golden('channel.json'));
});

const first = (r: Json, list: string): Json => (r[list] as Json[])[0] ?? {};
type Json = Record<string, unknown>;
const BROKEN: readonly [what: string, change: (release: Json) => void, pattern: RegExp][] = [
  [
    'an unknown format',
    (r) => {
      r['format'] = 'depotcast-release/9';
    },
    /format/,
  ],
  [
    'an unknown key',
    (r) => {
      r['surprise'] = 1;
    },
    /surprise/,
  ],
  [
    'a relative prefix',
    (r) => {
      r['prefix'] = 'cvmfs/x';
    },
    /prefix: expected an absolute path/,
  ],
  [
    'a climbing prefix',
    (r) => {
      r['prefix'] = '/a/../b';
    },
    /prefix: expected no \. or \.\./,
  ],
  [
    'no images',
    (r) => {
      r['images'] = [];
    },
    /images/,
  ],
  [
    'a layer that is not listed',
    (r) => {
      (r['layers'] as unknown[]).pop();
    },
    /is named but not listed/,
  ],
  [
    'an image of an unknown environment',
    (r) => {
      Object.assign((r['images'] as Json[])[0] ?? {}, { environment: 'other' });
    },
    /no environment 'other'/,
  ],
  [
    'a wrong layer id',
    (r) => {
      Object.assign((r['layers'] as Json[])[0] ?? {}, { id: '../../etc' });
    },
    /layers\.0\.id: expected a layer id/,
  ],
  [
    'a project that climbs',
    (r) => {
      first(r, 'environments')['project'] = '../../x';
    },
    /environments\.0\.project/,
  ],
  [
    'a project with a line break',
    (r) => {
      first(r, 'environments')['project'] = 'a\nexport X=1';
    },
    /environments\.0\.project/,
  ],
  [
    'a Julia version with shell in it',
    (r) => {
      first(r, 'images')['julia'] = { version: '1.10.8$(id)', identity: '' };
    },
    /images\.0\.julia\.version/,
  ],
  [
    'a feature with shell in it',
    (r) => {
      first(r, 'images')['requires'] = ['"; id; "'];
    },
    /images\.0\.requires/,
  ],
  [
    'a flag with a space in it',
    (r) => {
      first(r, 'images')['flags'] = ['-O3 -e 1'];
    },
    /images\.0\.flags/,
  ],
  [
    'a start on a system image that has none',
    (r) => {
      first(r, 'images')['sysimage'] = null;
    },
    /belongs to the start of that name/,
  ],
  [
    'a Julia that is bound to its prefix, itself not bound',
    (r) => {
      r['pathBound'] = false;
    },
    /is bound to its prefix/,
  ],
];
for (const [what, change, pattern] of BROKEN) {
  test(`a release with ${what} is refused, naming the place`, () => {
    const release = JSON.parse(golden('release.json')) as Json;
    change(release);
    assert.throws(
      () => parseRelease(JSON.stringify(release), 'release.json'),
      (error) => error instanceof DepotError && error.code === 'bad-format' && pattern.test(error.message),
    );
  });
}

test('layer ids depend on every input and on nothing else', () => {
  const id = layerIdOf('compiled', { julia: '1.10.8', flags: ['-O3'], nested: { b: 1, a: 2 } });
  assert.match(id, /^compiled-[0-9a-f]{32}$/);
  assert.equal(layerIdOf('compiled', { nested: { a: 2, b: 1 }, flags: ['-O3'], julia: '1.10.8' }), id);
  assert.notEqual(
    layerIdOf('sysimage', { julia: '1.10.8', flags: ['-O3'], nested: { b: 1, a: 2 } }).slice(-32),
    id.slice(-32),
  );
  assert.notEqual(layerIdOf('compiled', { julia: '1.10.9', flags: ['-O3'], nested: { b: 1, a: 2 } }), id);
});

test('a channel history counts up, and one with a gap is refused', () => {
  const [a, b] = ['a'.repeat(64) as Digest, 'b'.repeat(64) as Digest];
  const at = '2026-01-01T00:00:00Z';
  let channel = appendEntry(undefined, 'prod', { release: a, name: '1', action: 'publish', at });
  channel = appendEntry(channel, 'prod', { release: b, name: '2', action: 'publish', at });
  channel = appendEntry(channel, 'prod', { release: a, name: '1', action: 'rollback', at });
  assert.deepEqual(
    channel.entries.map((entry) => entry.revision),
    [1, 2, 3],
  );
  const gap = { ...channel, entries: channel.entries.slice(1) };
  assert.throws(() => parseChannel(JSON.stringify(gap), 'c'), /entry 1 has revision 2/);
});

test('no target is spelled by a psABI name that Julia before 1.14 does not know', () => {
  for (const target of TARGETS) {
    assert.doesNotMatch(cpuTargetFor(target, '1.10.8') ?? '', /x86-64-v|neoverse-v2|512tvb/);
  }
});

test('a Julia too old for a CPU has no string for it', () => {
  const target = findTarget('neoverse-v1');
  assert.ok(target);
  assert.equal(cpuTargetFor(target, '1.5.3'), undefined);
  assert.equal(
    cpuTargetFor(target, '1.12.0-rc1'),
    'neoverse-v1,dotprod,-rand,-ssbs,-dit,-v8_1a,-v8_2a,-v8_3a,-v8_4a',
  );
});

test('Julia up to 1.10 is bound to its prefix, 1.11 is not', () => {
  assert.deepEqual(['1.5.3', '1.10.8', '1.11.0', '1.13.0-beta2', '2.0.0'].map(isPathBound), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('target files stand where other TUF clients look for them', () => {
  const hash = 'c'.repeat(64) as Digest;
  assert.equal(repository.targetFile(targetName.channel('prod'), hash), `.depot/channels/${hash}.prod.json`);
  assert.equal(repository.metadataFile('snapshot', 3), '.depot/tuf/3.snapshot.json');
  assert.equal(repository.metadataFile('timestamp'), '.depot/tuf/timestamp.json');
});
