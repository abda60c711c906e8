import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { run } from './support/programs.js';
import { filesBelow, initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');
const repo = await initRepository(scratch, prefix);
const bundle = join(scratch, 'bundle');
const packed = randomBytes(5000);
await writeFakeBundle(bundle, {
  prefix,
  sources: { 'dev/Pkg/src/Pkg.jl': 'module Pkg end\n', empty: '', 'packed.bin': packed },
  images: { 'x86-64': Buffer.concat([Buffer.alloc(20 << 20, 'code'), randomBytes(10 << 20)]) },
});
await publish(repo, bundle, 'release-1');
const source = ['--repo', repo.path, '--root', repo.root, '--channel', 'prod'];

/** What a file of the repository is, for taking a sample of each kind. */
function kindOf(path: string): string {
  // Catalogs, certificates and the like have letters of their own at the end.
  if (path.startsWith('data/')) return `object ${/[A-Z]$/.exec(path)?.[0] ?? 'of a whole file'}`;
  return path.replace(/[0-9a-f]{64}/g, 'HASH').replace(/\d+\./, 'N.');
}

// An empty file has no byte to flip.
const all = await filesBelow(repo.path);
const sizes = await Promise.all(all.map(async (file) => (await stat(join(repo.path, file))).size));
const files = all.filter((_, index) => (sizes[index] ?? 0) > 0);
const samples = new Map<string, string[]>();
for (const file of files) samples.set(kindOf(file), [...(samples.get(kindOf(file)) ?? []), file]);

async function withFlippedByte(file: string, position: number, check: () => Promise<void>): Promise<void> {
  const path = join(repo.path, file);
  const good = await readFile(path);
  const bad = Buffer.from(good);
  const at = Math.min(good.length - 1, Math.floor(good.length * position));
  bad[at] = (bad[at] ?? 0) ^ 0x01;
  await writeFile(path, bad);
  try {
    await check();
  } finally {
    await writeFile(path, good);
  }
}

test('the repository has every kind of file that there is to damage', () => {
  for (const kind of [
    'object P',
    'object of a whole file',
    'object C',
    '.cvmfspublished',
    '.depot/listings/HASH',
    '.depot/tuf/timestamp.json',
    '.depot/tuf/N.root.json',
  ]) {
    assert.ok(samples.has(kind), `${kind} among ${[...samples.keys()].join(', ')}`);
  }
});

for (const [kind, paths] of samples) {
  const file = paths[0] ?? '';
  for (const position of [0.02, 0.5, 0.98]) {
    test(`one flipped byte at ${position * 100} % of a ${kind} is found by the publisher's verify, by name`, async () => {
      await withFlippedByte(file, position, async () => {
        const outcome = await run('depot-publish', ['verify', repo.path, '--cvmfs']);
        const said = outcome.stdout + outcome.stderr;
        assert.equal(outcome.code, 4, said);
        assert.ok(said.includes(file), `${file} is not named in: ${said}`);
      });
    });
  }
}

/** Files that a node which has the root reads on its way to an image; CernVM-FS clients read others. */
const read = files.filter(
  (file) => !/repository\.json$|\d\.root\.json$|lock$|^\.cvmfs|-shake128[A-OQ-Z]$/.test(file),
);
/** Of whole files CernVM-FS clients read some that no node does; all nodes read this one, which zlib stores as it is. */
const WHOLE = 'object of a whole file';
const packedObject = samples.get(WHOLE)?.find((file) => readFileSync(join(repo.path, file)).includes(packed));
assert.ok(packedObject);
for (const kind of new Set(read.map(kindOf))) {
  const file = kind === WHOLE ? packedObject : (samples.get(kind)?.at(-1) ?? '');
  test(`a node refuses a ${kind} with one flipped byte, by name, and keeps nothing of it`, async () => {
    const node = await freshNode(scratch, source);
    await withFlippedByte(file, 0.6, async () => {
      const outcome = await node.hydrate('fetch', []);
      assert.equal(outcome.code, 4, `${file}: ${outcome.stdout}${outcome.stderr}`);
      assert.ok(outcome.stderr.includes(file), `${file} is not named in: ${outcome.stderr}`);
    });
    // Whatever the node has kept by now is used as it is.
    for (const command of ['fetch', 'verify']) {
      const outcome = await node.hydrate(command, []);
      assert.equal(outcome.code, 0, `${command}: ${outcome.stderr}`);
    }
  });
}

test('what was damaged and restored verifies again', async () => {
  assert.equal((await run('depot-publish', ['verify', repo.path, '--cvmfs'])).code, 0);
});
