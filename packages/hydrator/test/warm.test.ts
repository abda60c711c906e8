import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readFiles } from '../src/cache/read-files.js';
import {
  digestOf,
  type LayerId,
  type Listing,
  parseRelativePath,
  parseRelease,
} from '../src/format/index.js';
import { filesToWarm } from '../src/job/files-to-warm.js';
import { golden } from './golden.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-warm-'));
after(() => rm(scratch, { recursive: true }));

const release = parseRelease(golden('release.json'), 'release.json');
const [environment] = release.environments;
const image = release.images.find(({ sysimage }) => sysimage !== null);
assert.ok(image?.sysimage && environment);
const artifacts: LayerId = `artifacts-${'a'.repeat(32)}` as LayerId;

const listing = (...paths: string[]): Listing =>
  paths.map((path) => ({
    ...{ type: 'file', path: parseRelativePath(path, ''), executable: false },
    ...{ size: path.length, sha256: digestOf(path) },
  }));

test('a start reads image, caches, libraries and the project’s own files, and no source or data', () => {
  const { project, sources } = environment;
  const listings = new Map([
    [image.sysimage as LayerId, listing('sys.so')],
    [image.compiled, listing('compiled/v1.10/A/x.ji', 'compiled/v1.10/A/x.so')],
    [artifacts, listing('artifacts/0/lib/libz.so.1', 'artifacts/0/share/data.h5', 'artifacts/0/lib/z.txt')],
    [sources, listing('packages/A/src/A.jl', `${project}/Manifest.toml`, `${project}/src/Own.jl`)],
  ]);
  const files = filesToWarm(release, { ...image, artifacts: [artifacts] }, listings);
  assert.deepEqual(
    files.map(({ path }) => path),
    [
      `layers/${image.sysimage ?? ''}/sys.so`,
      `layers/${image.compiled}/compiled/v1.10/A/x.ji`,
      `layers/${image.compiled}/compiled/v1.10/A/x.so`,
      `layers/${artifacts}/artifacts/0/lib/libz.so.1`,
      `layers/${sources}/${project}/Manifest.toml`,
    ],
  );
});

test('a file that cannot be read to its end is named', async () => {
  await writeFile(join(scratch, 'here'), 'text');
  await readFiles(scratch, [{ path: 'here', size: 4 }]);
  const missing = [
    { path: 'here', size: 4 },
    { path: 'gone', size: 20_000_000 },
  ];
  await assert.rejects(readFiles(scratch, missing), {
    code: 'unreachable',
    message: `${join(scratch, 'gone')}: cannot be read (ENOENT)`,
  });
});
