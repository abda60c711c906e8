import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  comparePaths,
  DepotError,
  type Digest,
  digestOf,
  type Image,
  isAtLeast,
  type LayerId,
  type Listing,
  type ListingEntry,
  type Package,
  parseRelativePath,
  type Proof,
  proveImages,
  type ReadableLayer,
  refuseViolations,
} from '../src/format/index.js';
import { createCrc32c } from '../src/format/compiled/crc32c.js';
import { packageSlug } from '../src/format/compiled/package-slug.js';
import {
  crc32c,
  DEFAULT_FLAGS,
  memorySource,
  PACKAGE_IMAGE,
  SYSTEM_IMAGE,
  writeCache,
  type WrittenCache,
  type WrittenRequirement,
  writeTargets,
} from './cache-writer.js';
import { writeSysimage } from './sysimage-writer.js';

const PREFIX = '/cvmfs/julia.example.org';
const SOURCES = 'sources-00000000000000000000000000000001' as LayerId;
const COMPILED = 'compiled-00000000000000000000000000000002' as LayerId;
const SYSIMAGE = 'sysimage-00000000000000000000000000000003' as LayerId;
const RUNTIME = 'runtime-00000000000000000000000000000005' as LayerId;

const NOWHERE = '00000000-0000-0000-0000-000000000000';
const UUIDS = {
  A: '90cf8b57-527f-4b0e-8303-eab81c9d1304',
  B: 'b80444bf-f090-4ccf-9e62-abbde7510e6f',
} as const;
type Name = keyof typeof UUIDS;

const SYSIMAGE_CHECKSUM = 0xcafe;
const BASE: WrittenRequirement = {
  name: 'Base',
  uuid: NOWHERE,
  build: 0x4b9ba2b4404c1n,
  image: SYSTEM_IMAGE | BigInt(SYSIMAGE_CHECKSUM),
};
/** A package of Julia's own that is not in its system image: the cache that Julia brings is required. */
const TEST: WrittenRequirement = {
  name: 'Test',
  uuid: '8dfed614-e22c-5e08-85e1-65c5234f0b40',
  build: 0x7e57n,
  image: PACKAGE_IMAGE | 0x7e57n,
};
/** SSE3, CX16, SSE4.2 and the like: the features of x86-64-v2 that Julia records. */
const V2_BITS = [0x0098_2201, 0, 0, 0, 0, 1];

function wordsFor(version: string, bits: readonly number[] = V2_BITS): number[] {
  const words = isAtLeast(version, '1.12') ? 12 : 11;
  return Array.from({ length: words }, (_, index) => bits[index] ?? 0);
}

const LIBRARY = Buffer.from('machine code');

/** What stands in each layer by path. */
type Tree = Record<string, Buffer | string>;

/** Takes a file away. */
function remove(tree: Tree, path: string): void {
  Reflect.deleteProperty(tree, path);
}

class Site {
  readonly sources: Tree = {
    'environments/jets/Project.toml': '',
    'packages/A/x1y2z/src/A.jl': 'module A include("a.jl") end',
    'packages/A/x1y2z/src/a.jl': 'f() = 1',
    'dev/B/src/B.jl': 'module B using A end',
    'dev/B/data/one.csv': '1',
    'dev/B/data/two.csv': '2',
  };
  readonly compiled: Tree = {};
  sysimage: Buffer | undefined;
  /** Julia itself, in the release. */
  runtime: Tree | undefined;
  image: Image;

  private constructor(
    readonly version: string,
    private readonly slugs: Readonly<Record<Name, string>>,
  ) {
    this.image = {
      environment: 'jets',
      target: 'x86-64-v2',
      start: 'caches',
      arch: 'x86_64',
      requires: ['cx16', 'lahf_lm', 'pni', 'popcnt', 'sse2', 'sse4_1', 'sse4_2', 'ssse3'],
      cpuTarget: 'nehalem',
      flags: [],
      julia: { version, identity: '0'.repeat(64) },
      compiled: COMPILED,
      artifacts: [],
      sysimage: null,
    };
    this.write('A');
    this.write('B');
  }

  /** Two packages, of which B needs A, as a build would have left them. */
  static async make(version: string): Promise<Site> {
    const crc = await createCrc32c();
    return new Site(version, { A: packageSlug(UUIDS.A, crc), B: packageSlug(UUIDS.B, crc) });
  }

  path(name: Name, end = 'ji'): string {
    return `compiled/v${this.version.replace(/\.\d+$/, '')}/${name}/${this.slugs[name]}_abcde.${end}`;
  }

  /** What a source's path is in a cache. */
  seen(path: string): string {
    return isAtLeast(this.version, '1.11') ? `@depot/${path}` : `${PREFIX}/layers/${SOURCES}/${path}`;
  }

  standard(name: Name): WrittenCache {
    const requiresA = { name: 'A', uuid: UUIDS.A, build: 0xan, image: PACKAGE_IMAGE | 0xa0n };
    const paths =
      name === 'A' ? ['packages/A/x1y2z/src/A.jl', 'packages/A/x1y2z/src/a.jl'] : ['dev/B/src/B.jl'];
    return {
      version: this.version,
      checksum: name === 'A' ? 0xa0 : 0xb0,
      modules: [{ name, uuid: UUIDS[name], build: name === 'A' ? 0xan : 0xbn }],
      sources: paths.map((path) => ({ path: this.seen(path), text: String(this.sources[path]) })),
      required: [BASE, TEST, ...(name === 'B' ? [requiresA] : [])],
      targets: writeTargets([{ cpu: 'nehalem', enabled: wordsFor(this.version) }]),
      library: LIBRARY,
    };
  }

  write(name: Name, change: Partial<WrittenCache> = {}): void {
    this.compiled[this.path(name)] = writeCache({ ...this.standard(name), ...change });
    if (isAtLeast(this.version, '1.9')) this.compiled[this.path(name, 'so')] = LIBRARY;
  }

  prove(): Promise<Proof> {
    const images = [
      {
        ...this.image,
        ...(this.sysimage === undefined ? {} : { sysimage: SYSIMAGE, start: 'sysimage' as const }),
        ...(this.runtime === undefined ? {} : { runtime: RUNTIME }),
      },
    ];
    return proveAll(images, this, new Map([[COMPILED, readable(this.compiled)]]));
  }

  /** Rules that are broken, with the packages. */
  async broken(): Promise<string[]> {
    const { violations } = await this.prove();
    return violations.map(({ rule, package: name }) => `${name} ${rule}`);
  }
}

function proveAll(
  images: readonly Image[],
  site: Site,
  compiled: Map<LayerId, ReadableLayer>,
): Promise<Proof> {
  const packages: Package[] = Object.entries(UUIDS).map(([name, uuid]) => ({
    ...{ name, uuid, version: '1.0.0', tree: '0'.repeat(64) },
  }));
  packages.push({ name: TEST.name, uuid: TEST.uuid, version: null, tree: null });
  const project = 'environments/jets';
  const environments = [{ name: 'jets', sources: SOURCES, shared: [], project, packages }];
  const layers = new Map([...compiled, [SOURCES, readable(site.sources)]]);
  if (site.sysimage !== undefined) layers.set(SYSIMAGE, readable({ 'sys.so': site.sysimage }));
  if (site.runtime !== undefined) layers.set(RUNTIME, readable(site.runtime));
  return proveImages({ prefix: PREFIX, environments, images }, layers);
}

function readable(tree: Tree): ReadableLayer {
  const folders = new Set(Object.keys(tree).flatMap(parentsOf));
  const entries: ListingEntry[] = [
    ...[...folders].map((path) => ({ type: 'directory' as const, path: parseRelativePath(path, 'test') })),
    ...Object.entries(tree).map(([path, content]) => ({
      type: 'file' as const,
      path: parseRelativePath(path, 'test'),
      executable: false,
      size: Buffer.byteLength(content),
      sha256: createHash('sha256').update(content).digest('hex') as Digest,
    })),
  ];
  const listing: Listing = entries.sort((a, b) => comparePaths(a.path, b.path));
  return { listing, open: (path) => memorySource(Buffer.from(tree[path] ?? '')) };
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

const VERSIONS = ['1.5.3', '1.6.7', '1.8.5', '1.9.4', '1.10.8', '1.11.7', '1.12.5', '1.13.0'];

for (const version of VERSIONS) {
  test(`caches of Julia ${version} that fit together pass`, async () => {
    const site = await Site.make(version);
    const { images, violations } = await site.prove();
    assert.deepEqual(violations, []);
    assert.deepEqual(
      images.map(({ caches }) => caches.map((cache) => cache.package)),
      [['A', 'B']],
    );
  });
}

interface Break {
  readonly what: string;
  readonly since?: string;
  readonly until?: string;
  readonly apply: (site: Site) => void;
  readonly broken: readonly string[];
}

const OTHER: WrittenRequirement = { name: 'A', uuid: UUIDS.A, build: 0xffn, image: PACKAGE_IMAGE | 0xa0n };

/** Each breaks one rule, for one package. */
const BREAKS: readonly Break[] = [
  {
    what: 'is cut',
    apply: (site) => {
      site.compiled[site.path('B')] = writeCache(site.standard('B')).subarray(0, 90);
    },
    broken: ['B format'],
  },
  {
    what: 'has a bit flipped',
    apply: (site) => {
      const bytes = writeCache(site.standard('B'));
      const at = bytes.indexOf('c0ffee');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      site.compiled[site.path('B')] = bytes;
    },
    broken: ['B checksum'],
  },
  {
    what: 'has the machine code of another build',
    since: '1.9',
    apply: (site) => {
      site.compiled[site.path('B', 'so')] = 'machine cod3';
    },
    broken: ['B library'],
  },
  {
    what: 'has no machine code beside it',
    since: '1.9',
    apply: (site) => {
      remove(site.compiled, site.path('B', 'so'));
    },
    broken: ['B library'],
  },
  {
    what: 'was compiled without machine code',
    since: '1.9',
    apply: (site) => {
      site.write('B', { targets: Buffer.alloc(0) });
    },
    broken: ['B library'],
  },
  {
    what: 'is gone, but not its machine code',
    since: '1.9',
    apply: (site) => {
      remove(site.compiled, site.path('B'));
    },
    broken: ['B library'],
  },
  {
    what: 'stands where Julia does not look for it',
    until: '1.8',
    apply: (site) => {
      site.compiled[site.path('B').replace('/B/', '/C/')] = writeCache(site.standard('B'));
      remove(site.compiled, site.path('B'));
    },
    broken: ['B place'],
  },
  {
    what: 'has a name for another package',
    until: '1.8',
    apply: (site) => {
      site.compiled[site.path('B').replace(/[^/]*$/, 'AAAAA_abcde.ji')] = writeCache(site.standard('B'));
      remove(site.compiled, site.path('B'));
    },
    broken: ['B place'],
  },
  {
    what: 'is there twice',
    until: '1.8',
    apply: (site) => {
      site.compiled[site.path('B').replace('abcde', 'zzzzz')] = writeCache(site.standard('B'));
    },
    broken: ['B one-cache'],
  },
  {
    what: 'is of another Julia',
    apply: (site) => {
      site.write('B', { version: site.version.replace(/\d+$/, '99') });
    },
    broken: ['B julia'],
  },
  {
    what: 'is of another architecture',
    apply: (site) => {
      site.write('B', { arch: 'aarch64' });
    },
    broken: ['B julia'],
  },
  {
    what: 'requires another build of a package',
    apply: (site) => {
      site.write('B', { required: [BASE, OTHER] });
    },
    broken: ['B closure'],
  },
  {
    what: 'requires other data of a package, of the same build',
    since: '1.9',
    apply: (site) => {
      site.write('A', { checksum: 0xa1 });
    },
    broken: ['B closure'],
  },
  {
    what: 'requires a package that has no cache',
    apply: (site) => {
      remove(site.compiled, site.path('A'));
      remove(site.compiled, site.path('A', 'so'));
    },
    broken: ['B closure'],
  },
  {
    what: 'was compiled under another system image than the others',
    apply: (site) => {
      const other = { ...BASE, build: BASE.build + 1n, image: SYSTEM_IMAGE | 0xbeefn };
      const requiresA = site.standard('B').required?.at(-1) ?? OTHER;
      site.write('B', { required: [other, requiresA] });
    },
    broken: ['B system-image'],
  },
  {
    what: "requires another build of a package of Julia's own than the others",
    apply: (site) => {
      const requiresA = site.standard('B').required?.at(-1) ?? OTHER;
      site.write('B', { required: [BASE, { ...TEST, build: TEST.build + 1n }, requiresA] });
    },
    broken: ['B system-image'],
  },
  {
    what: 'was compiled from other text',
    until: '1.10',
    apply: (site) => {
      site.sources['dev/B/src/B.jl'] = 'module B using A ende';
    },
    broken: ['B sources'],
  },
  {
    what: 'was compiled from a file of another size',
    since: '1.11',
    apply: (site) => {
      site.sources['dev/B/src/B.jl'] = 'module B using A ende';
    },
    // By its size, and by the text in the cache.
    broken: ['B sources', 'B sources'],
  },
  {
    what: 'was compiled from a file of the same size',
    since: '1.11',
    apply: (site) => {
      site.sources['dev/B/src/B.jl'] = 'module B using a end';
    },
    broken: ['B sources', 'B sources'],
  },
  {
    what: 'was compiled from a file that is gone',
    apply: (site) => {
      remove(site.sources, 'dev/B/src/B.jl');
      site.sources['dev/B/src/C.jl'] = '';
    },
    broken: ['B sources'],
  },
  {
    what: 'records another modification time than nodes see',
    apply: (site) => {
      const path = site.seen('dev/B/data/one.csv');
      const sources = site.standard('B').sources ?? [];
      site.write('B', { sources: [...sources, { path, text: '1', mtime: 1700000000.5, isRead: true }] });
    },
    broken: ['B sources'],
  },
  {
    what: 'depends on a file of the build host',
    apply: (site) => {
      const sources = site.standard('B').sources ?? [];
      site.write('B', { sources: [...sources, { path: '/etc/hostname', text: 'host', isRead: true }] });
    },
    broken: ['B paths'],
  },
  {
    what: 'depends on a file of another layer',
    apply: (site) => {
      const path = `${PREFIX}/layers/${COMPILED}/stdlib/v1.5/A.jl`;
      const sources = site.standard('B').sources ?? [];
      site.write('B', { sources: [...sources, { path, text: '', isRead: true }] });
    },
    broken: ['B paths'],
  },
  {
    what: 'is less optimised than jobs ask for',
    since: '1.9',
    apply: (site) => {
      site.image = { ...site.image, flags: ['-O3'] };
      site.write('A', { flags: DEFAULT_FLAGS | 0b11_0_00_00_0 });
    },
    broken: ['B flags'],
  },
  {
    what: 'checks bounds where jobs do not ask for it',
    since: '1.9',
    apply: (site) => {
      site.write('B', { flags: DEFAULT_FLAGS | 0b00_0_01_00_0 });
    },
    broken: ['B flags'],
  },
  {
    what: 'demands more of the CPU than its image says',
    since: '1.9',
    apply: (site) => {
      site.write('B', {
        targets: writeTargets([
          { cpu: 'haswell', enabled: wordsFor(site.version, [0x0098_2201, 0, 1 << 5, 0, 0, 1]) },
        ]),
      });
    },
    broken: ['B target'],
  },
  {
    what: 'was compiled for less than the others',
    since: '1.9',
    apply: (site) => {
      site.write('B', {
        targets: writeTargets([{ cpu: 'generic', enabled: wordsFor(site.version, [1 << 13]) }]),
      });
    },
    broken: ['B target'],
  },
  {
    what: 'was compiled for several targets',
    since: '1.9',
    apply: (site) => {
      const target = { cpu: 'nehalem', enabled: wordsFor(site.version) };
      site.write('B', { targets: writeTargets([target, target]) });
    },
    broken: ['B target'],
  },
  {
    what: 'was compiled for a CPU that Julia does not know',
    since: '1.9',
    apply: (site) => {
      const target = { cpu: 'x86-64-v2', flags: 1 << 5, enabled: wordsFor(site.version, []) };
      site.write('B', { targets: writeTargets([target]) });
    },
    broken: ['B target'],
  },
  {
    what: 'records the features of another architecture',
    since: '1.9',
    apply: (site) => {
      site.write('B', { targets: writeTargets([{ cpu: 'generic', enabled: [0, 0, 0] }]) });
    },
    broken: ['B target'],
  },
  {
    what: 'has damaged targets',
    since: '1.9',
    apply: (site) => {
      site.write('B', { targets: Buffer.from('ffffff7f01', 'hex') });
    },
    broken: ['B target'],
  },
  {
    what: 'has values of preferences without names',
    since: '1.6',
    apply: (site) => {
      site.write('B', { preferences: { names: [], hash: 5n } });
    },
    broken: ['B preferences'],
  },
];

for (const { what, since = '1.5', until = '1.99', apply, broken } of BREAKS) {
  test(`a cache that ${what} is named, with the rule and a remedy`, async () => {
    const versions = VERSIONS.filter((version) => isAtLeast(version, since) && !isAfter(version, until));
    assert.ok(versions.length > 0);
    for (const version of versions) {
      const site = await Site.make(version);
      apply(site);
      const { violations } = await site.prove();
      assert.deepEqual(
        violations.map(({ rule, package: name }) => `${name} ${rule}`),
        broken,
        version,
      );
      for (const { layer, problem, remedy } of violations) {
        assert.equal(layer, COMPILED);
        assert.ok(problem.length > 10 && remedy.length > 10);
      }
    }
  });
}

function isAfter(version: string, minor: string): boolean {
  const [major = '', next = ''] = minor.split('.');
  return isAtLeast(version, `${major}.${Number(next) + 1}`);
}

test("what Julia brings itself is left to Julia: its standard library's sources, caches of packages that no layer has", async () => {
  for (const version of VERSIONS) {
    const site = await Site.make(version);
    const minor = version.replace(/\.\d+$/, '');
    const root = isAtLeast(version, '1.11') ? '@depot' : '/usr/share/julia';
    const sources = [
      { path: `${root}/stdlib/v${minor}/Test/src/Test.jl`, text: 'module Test end', mtime: 1.5e9 },
    ];
    site.write('B', { sources: [...(site.standard('B').sources ?? []), ...sources] });
    assert.deepEqual(await site.broken(), []);
  }
});

test('a folder that a package depends on counts by the names in it', async () => {
  const site = await Site.make('1.11.7');
  const folder = { path: '@depot/dev/B/data', text: 'one.csvtwo.csv', isRead: true };
  site.write('B', { sources: [...(site.standard('B').sources ?? []), folder] });
  assert.deepEqual(await site.broken(), []);
  site.sources['dev/B/data/three.csv'] = '';
  assert.deepEqual(await site.broken(), ['B sources']);
});

test("from Julia 1.9 on the checksum of an image's own system image is the one that caches require", async () => {
  const site = await Site.make('1.10.8');
  const data = Buffer.alloc(3 * 2 ** 20, 'system image');
  const own = { ...BASE, image: SYSTEM_IMAGE | BigInt(crc32c(data)) };
  const requiresA = site.standard('B').required?.at(-1) ?? OTHER;
  site.write('A', { required: [own] });
  site.write('B', { required: [own, requiresA] });
  site.sysimage = writeSysimage(data);
  assert.deepEqual(await site.broken(), []);
  site.write('A', { required: [BASE] });
  assert.deepEqual(await site.broken(), ['A system-image']);
  site.write('A', { required: [own, TEST] });
  assert.deepEqual(await site.broken(), ['A closure']);
  site.sysimage = writeSysimage(Buffer.concat([data, Buffer.of(0)]));
  assert.deepEqual(await site.broken(), ['A system-image', 'A closure', 'B system-image']);
  site.sysimage = Buffer.from('no library');
  await assert.rejects(site.prove(), { code: 'bad-format', message: /sys\.so: expected a system image/ });
});

const RUNTIMES: readonly {
  readonly version: string;
  readonly data: Buffer;
  readonly base: WrittenRequirement;
}[] = ['1.5.3', '1.10.8', '1.12.5'].map((version) => {
  const data = Buffer.alloc(2 ** 20, 0x11);
  data.writeBigUInt64LE(BASE.build, 2 ** 16);
  data.writeBigUInt64LE(TEST.build, 2 ** 16 + 8);
  return { version, data, base: { ...BASE, image: SYSTEM_IMAGE | BigInt(crc32c(data)) } };
});
for (const { version, data, base } of RUNTIMES) {
  test(`Julia ${version} in the release has the system image that was recorded, and that caches were compiled under`, async () => {
    const site = await Site.make(version);
    const requiresA = site.standard('B').required?.at(-1) ?? OTHER;
    site.write('A', { required: [base, TEST] });
    site.write('B', { required: [base, requiresA] });
    const render = isAtLeast(version, '1.9') ? writeSysimage : (bytes: Buffer): Buffer => bytes;
    const put = (bytes: Buffer): void => {
      site.runtime = { 'bin/julia': '', 'lib/julia/sys.so': render(bytes) };
    };
    put(data);
    const recorded = digestOf(render(data));
    site.image = { ...site.image, julia: { version, identity: recorded } };
    assert.deepEqual(await site.broken(), []);
    const other = Buffer.alloc(data.length, 0x22);
    put(other);
    const { violations } = await site.prove();
    assert.deepEqual(
      violations.map(({ rule, layer, package: name }) => [rule, layer, name]),
      [['system-image', RUNTIME, 'Julia']],
    );
    assert.match(violations[0]?.problem ?? '', new RegExp(recorded));
    site.image = { ...site.image, julia: { version, identity: digestOf(render(other)) } };
    const broken = new Set(await site.broken());
    assert.deepEqual([...broken], ['A system-image', 'B system-image']);
  });
}

test("up to Julia 1.8 required modules stand in the image's own system image, or are missed", async () => {
  const site = await Site.make('1.5.3');
  const image = Buffer.alloc(3 * 2 ** 20, 0x11);
  image.writeBigUInt64LE(BASE.build, 2 ** 20 + 8);
  image.writeBigUInt64LE(TEST.build, 8);
  site.sysimage = image;
  assert.deepEqual(await site.broken(), []);
  image.writeBigUInt64LE(BASE.build + 1n, 2 ** 20 + 8);
  assert.deepEqual(await site.broken(), ['A system-image', 'B system-image']);
});

test('images of one environment that were compiled with different preferences are refused', async () => {
  const [first, second] = [await Site.make('1.10.8'), await Site.make('1.10.8')];
  second.write('B', { preferences: { names: ['speed'], hash: 7n } });
  const other = 'compiled-00000000000000000000000000000004' as LayerId;
  const { violations } = await proveAll(
    [first.image, { ...second.image, compiled: other }],
    first,
    new Map([
      [COMPILED, readable(first.compiled)],
      [other, readable(second.compiled)],
    ]),
  );
  assert.deepEqual(
    violations.map(({ rule, layer, package: name }) => [rule, layer, name]),
    [['preferences', other, 'B']],
  );
});

test('a layer that two images share is blamed once', async () => {
  const site = await Site.make('1.5.3');
  site.write('B', { arch: 'aarch64' });
  const images = [site.image, { ...site.image, target: 'x86-64-v3' }];
  const { violations } = await proveAll(images, site, new Map([[COMPILED, readable(site.compiled)]]));
  assert.equal(violations.length, 1);
});

test('violations are refused all together, with exit code 4', async () => {
  const site = await Site.make('1.10.8');
  site.write('A', { arch: 'aarch64' });
  site.write('B', { flags: 0 });
  const { violations } = await site.prove();
  assert.throws(
    () => {
      refuseViolations(violations, 'bundle');
    },
    (error: unknown) => {
      assert.ok(error instanceof DepotError);
      assert.equal(error.exitCode, 4);
      assert.match(error.message, /^bundle: its package caches break 2 rules:\n/);
      assert.match(
        error.message,
        /compiled-0+2: A: was compiled by Julia 1\.10\.8 for Linux aarch64.* \[julia\]; /,
      );
      assert.match(error.message, /B: was compiled with -O0.* \[flags\]; set flags in \[compile\]/);
      return true;
    },
  );
  refuseViolations([], 'bundle');
});
