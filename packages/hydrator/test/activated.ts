import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { renderActivate } from '../src/activate/render-activate.js';
import { type Image, parseRelease, type Release, releaseIdOf, STARTS, TARGETS } from '../src/format/index.js';
import { golden } from './golden.js';

/** Gone when the test file has ended. */
export const scratch = await mkdtemp(join(tmpdir(), 'depotcast-activate-'));
after(() => rm(scratch, { recursive: true }));

const template = parseRelease(golden('release.json'), 'release.json');
const [prototype] = template.images;
assert.ok(prototype);
const images: Image[] = TARGETS.flatMap((target) =>
  STARTS.map((start) => ({
    ...prototype,
    ...{ start, target: target.name, arch: target.arch, requires: [...target.requires] },
    ...(start === 'caches' ? { sysimage: null } : {}),
  })),
);

/** A release with an image of every known target, as a tree at its prefix. */
export const release: Release = { ...template, prefix: join(scratch, 'prefix'), images };
export const releaseId = releaseIdOf(Buffer.from('x'));
export const script = join(scratch, 'activate');
await writeFile(script, renderActivate(release, releaseId), { mode: 0o755 });
const [environment] = release.environments;
assert.ok(environment);
await mkdir(join(release.prefix, 'layers', environment.sources, environment.project), { recursive: true });
for (const { sysimage } of images) {
  if (sysimage === null) continue;
  await mkdir(join(release.prefix, 'layers', sysimage), { recursive: true });
  await writeFile(join(release.prefix, 'layers', sysimage, 'sys.so'), '');
}

/** A Julia that prints its arguments and its environment. */
export const fakeJulia = join(scratch, 'julia', 'bin', 'julia');
await mkdir(join(scratch, 'julia/share/julia/stdlib'), { recursive: true });
await mkdir(join(scratch, 'julia/bin'));
await writeFile(
  fakeJulia,
  '#!/bin/sh\n[ "$1" != --version ] || { echo julia version 1.10.8; exit; }\nfor word; do echo "arg $word"; done\nenv | grep -E "^JULIA_|^DEPOT_JULIA"\n',
  { mode: 0o755 },
);
export const linkedJulia = join(scratch, 'linked-julia');
await symlink(fakeJulia, linkedJulia);

/** Writes a cpuinfo for a test. @returns its path */
export async function record(name: string, cpuinfo: string): Promise<string> {
  const file = join(scratch, name);
  await writeFile(file, cpuinfo);
  return file;
}
