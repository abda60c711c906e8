import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { isAtLeast } from '@depotcast/hydrator/format';
import { type Outcome, run, succeed } from './support/programs.js';
import { initRepository } from './support/repository.js';
import { type Change, readLayers, rewriteLayers } from './support/rewrite-layer.js';
import { buildExample, julia, prefix } from './support/site.js';
import { buildSmall, manifestEntry, packageFiles, smallSpec, writeFiles } from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const UUIDS = {
  Inner: '2b1d2a52-52ba-4c0f-9a51-0a27f0a4b1c7',
  Outer: '9c1d2a52-52ba-4c0f-9a51-0a27f0a4b1c8',
} as const;

/** Builds two small packages, of which Outer needs Inner, at a prefix that all builds of this file share. */
async function build(name: string, body = ''): Promise<string> {
  const home = join(scratch, name);
  await writeFiles(home, {
    ...packageFiles('Inner', UUIDS.Inner, 'include("more.jl")'),
    'Inner/src/more.jl': 'f(x) = 2x\n',
    ...packageFiles('Outer', UUIDS.Outer, `using Inner\n${body}\ng(x) = Inner.f(x)`, { Inner: UUIDS.Inner }),
    'Project.toml': `[deps]\nOuter = "${UUIDS.Outer}"\n`,
    'Manifest.toml': `${manifestEntry('Inner', UUIDS.Inner)}\n${manifestEntry('Outer', UUIDS.Outer, ['Inner'])}`,
    'spec.toml': smallSpec(`${scratch}/prefix`),
  });
  const outcome = await buildSmall(home);
  assert.equal(outcome.code, 0, outcome.stderr);
  return join(home, 'bundle');
}

const first = await build('first');
const second = await build('second');

/** A copy of the first build, changed. */
async function changed(name: string, kind: 'compiled' | 'sources', change: Change): Promise<string> {
  const bundle = join(scratch, name);
  await cp(first, bundle, { recursive: true });
  await rewriteLayers(bundle, kind, change);
  return bundle;
}

async function inspect(bundle: string): Promise<Outcome> {
  return run('depot-build', ['inspect', bundle]);
}

test('the example as a real Julia built it is proven and published', async () => {
  const bundle = await buildExample();
  const { images, proof } = JSON.parse(await succeed('depot-build', ['inspect', bundle, '--json'])) as {
    images: { start: string }[];
    proof: { images: { start: string; caches: { package: string }[] }[]; violations: unknown[] };
  };
  assert.deepEqual(proof.violations, []);
  assert.equal(proof.images.length, images.length);
  for (const { start, caches } of proof.images.filter((image) => image.start === 'caches')) {
    const names = caches.map((cache) => cache.package);
    assert.ok(
      ['JetAnalysis', 'JetClustering', 'PortableMath'].every((name) => names.includes(name)),
      start,
    );
  }
  const repo = await initRepository(join(scratch, 'example'), prefix);
  await succeed('depot-publish', ['publish', repo.path, bundle, '--name', 'r1', '--channel', 'prod']);
});

test('a cache of another build of the same sources is refused by both programs, and nothing is written', async () => {
  const foreign = await readLayers(second, 'compiled');
  const bundle = await changed('swapped', 'compiled', (path, content) =>
    path.includes('/Inner/') ? (replacement(foreign, path) ?? content) : content,
  );
  const inspected = await inspect(bundle);
  assert.equal(inspected.code, 4, inspected.stderr);
  assert.match(inspected.stdout, /^ {2}Inner .* ok$/m);
  assert.match(inspected.stdout, /^ {2}Outer .* closure$/m);
  assert.match(inspected.stderr, /Outer: requires Inner of build 0x[0-9a-f]+, and its layer has build 0x/);
  assert.match(inspected.stderr, /never mix caches of two builds/);

  const repo = await initRepository(join(scratch, 'refused'), join(scratch, 'prefix'));
  const before = await readdir(repo.path, { recursive: true });
  const published = await run('depot-publish', [
    'publish',
    repo.path,
    bundle,
    '--name',
    'r1',
    '--channel',
    'prod',
  ]);
  assert.equal(published.code, 4, published.stderr);
  assert.match(published.stderr, /Outer: requires Inner of build/);
  assert.deepEqual(await readdir(repo.path, { recursive: true }), before);
  await succeed('depot-publish', ['publish', repo.path, first, '--name', 'r1', '--channel', 'prod']);
});

/** The file of the same package and ending, whatever its slug. */
function replacement(files: ReadonlyMap<string, Buffer>, path: string): Buffer | undefined {
  const [folder, end] = [dirname(path), path.slice(-3)];
  return [...files].find(([name]) => dirname(name) === folder && name.endsWith(end))?.[1];
}

test('a cache with a flipped bit is refused, although it is listed as it is', async () => {
  const bundle = await changed('flipped', 'compiled', (path, content) => {
    if (!/\/Outer\/.*\.ji$/.test(path)) return content;
    const bytes = Buffer.from(content);
    const at = bytes.lastIndexOf('Inner.f');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  });
  const { code, stderr } = await inspect(bundle);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /Outer: expected CRC-32C 0x[0-9a-f]+ of .*\.ji, got 0x.*\[checksum\]/);
});

test('machine code of another build is refused', { skip: nativeMissing() }, async () => {
  const foreign = await readLayers(second, 'compiled');
  const bundle = await changed('machine-code', 'compiled', (path, content) =>
    /\/Outer\/.*\.so$/.test(path) ? (replacement(foreign, path) ?? content) : content,
  );
  const { code, stderr } = await inspect(bundle);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /Outer: expected CRC-32C 0x[0-9a-f]+ of .*\.so, got 0x.*\[library\]/);
});

function nativeMissing(): string | false {
  const { version } = julia;
  return isAtLeast(version, '1.9')
    ? false
    : `caches of Julia ${version} hold no machine code: name one from 1.9 on with JULIA`;
}

test('sources that are not those that were compiled are refused', async () => {
  const bundle = await changed('other-sources', 'sources', (path, content) =>
    path === 'dev/Inner/src/more.jl' ? Buffer.from('f(x) = 3x\n') : content,
  );
  const { code, stderr } = await inspect(bundle);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /Inner: .*more\.jl: expected .*\[sources\]/);
});

test('a package that depends on a file of the build host is refused, with the file', async () => {
  const bundle = await build('reads-outside', 'include_dependency("/etc/hostname")');
  const { code, stderr } = await inspect(bundle);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /Outer: depends on \/etc\/hostname.*\[paths\]; .*copy the file into it/);
});
