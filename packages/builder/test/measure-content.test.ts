import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  digestOf,
  type Environment,
  type Image,
  type LayerId,
  layerIdOf,
  type Listing,
  parseRelativePath,
} from '@depotcast/hydrator/format';
import { measureContent } from '../src/bundle/measure-content.js';
import { renderContent } from '../src/commands/render-content.js';

const listing = (files: Readonly<Record<string, number>>): Listing =>
  Object.entries(files).map(([path, size]) => ({
    ...{ type: 'file', executable: false, size, sha256: digestOf(path) },
    path: parseRelativePath(path, 'test'),
  }));

const SOURCES = layerIdOf('sources', {});
const SHARED = layerIdOf('sources', { shared: true });
const ARTIFACTS = layerIdOf('artifacts', {});
const CACHES = layerIdOf('compiled', {});
const ABOVE = layerIdOf('compiled', { above: true });
const SYSIMAGE = layerIdOf('sysimage', {});

const ENVIRONMENT: Environment = {
  name: 'jets',
  sources: SOURCES,
  shared: [SHARED],
  project: 'environments/jets',
  packages: [],
};
const image = (target: string, compiled: LayerId, sysimage: LayerId | null): Image => ({
  ...{ environment: 'jets', target, start: sysimage === null ? 'caches' : 'sysimage', arch: 'x86_64' },
  ...{ requires: [], cpuTarget: 'generic', flags: [], julia: { version: '1.8.0', identity: '' } },
  ...{ compiled, artifacts: [ARTIFACTS], sysimage },
});
const IMAGES = [
  image('x86-64', CACHES, null),
  image('x86-64-v3', CACHES, null),
  image('x86-64-v3', ABOVE, SYSIMAGE),
];
const LISTINGS = new Map<LayerId, Listing>([
  [
    SOURCES,
    listing({ 'environments/jets/Project.toml': 1, 'dev/A/src/A.jl': 10, 'packages/B/x1/src/B.jl': 20 }),
  ],
  [SHARED, listing({ 'packages/C/x1/src/C.jl': 30 })],
  [ARTIFACTS, listing({ 'artifacts/aaaa/lib/c.so': 1000 })],
  [CACHES, listing({ 'compiled/v1.8/A/x.ji': 100, 'compiled/v1.8/B/x.ji': 200 })],
  [ABOVE, listing({ 'compiled/v1.8/A/y.ji': 5 })],
  [SYSIMAGE, listing({ 'sys.so': 5000 })],
]);

test('what a package takes up is told by what is copied and by target, largest first', () => {
  const content = measureContent({ environments: [ENVIRONMENT], images: IMAGES }, LISTINGS);
  assert.deepEqual(
    content.map(({ name, bytes, copied, compiled }) => [
      name,
      bytes,
      copied,
      ...compiled.map((each) => each.bytes),
    ]),
    [
      ['sys.so', 5000, 0, 0, 5000],
      ['artifacts/aaaa', 1000, 1000, 0, 0],
      ['B', 220, 20, 200, 200],
      ['A', 115, 10, 100, 105],
      ['C', 30, 30, 0, 0],
      ['environments/jets', 1, 1, 0, 0],
    ],
  );
  const all = [...LISTINGS.values()]
    .flat()
    .reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  assert.equal(
    content.reduce((sum, { bytes }) => sum + bytes, 0),
    all,
  );
});

test('people see the largest parts, and how much the others come to', () => {
  const content = Array.from({ length: 12 }, (_, index) => ({
    ...{ name: `P${index}`, bytes: 2000 - index, copied: 0 },
    compiled: [{ target: 'x86-64', bytes: 2000 - index }],
  }));
  const text = renderContent(content);
  assert.match(text, /in all +copied +for x86-64\n/);
  assert.match(text, /^ {2}2\.0 kB +0 B +2\.0 kB +P0$/m);
  assert.doesNotMatch(text, /P10/);
  assert.match(text, /4\.0 kB in 2 more; --json lists them\n$/);
});
