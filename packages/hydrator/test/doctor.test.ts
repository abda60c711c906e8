import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFlags } from '../src/doctor/find-flags.js';
import { findVariables } from '../src/doctor/find-variables.js';
import { parseRelease } from '../src/format/index.js';
import { renderEnvironment } from '../src/launch/render-environment.js';
import { golden } from './golden.js';

const release = parseRelease(golden('release.json'), 'release.json');
const [image] = release.images;
assert.ok(image);
const later = { ...image, julia: { ...image.julia, version: '1.10.8' } };
const subjects = (args: string, on = later) => findFlags(args.split(' '), on).map(({ subject }) => subject);

test('flags that Julia takes as another target, image, environment or kind of code are found', () => {
  for (const flag of [
    ...['-Cnative', '--cpu-target=native', '-J/x/sys.so', '--sysimage=/x', '--project', '--project=.'],
    ...['--startup-file=yes', '--compiled-modules=no', '--pkgimages=no', '--code-coverage', '--inline=no'],
    ...['--code-coverage=user', '--track-allocation=all', '--check-bounds=no', '-O0'],
  ]) {
    assert.deepEqual(subjects(`${flag} job.jl`), [flag]);
  }
  assert.deepEqual(subjects('-C native job.jl'), ['-Cnative']);
});

test('flags that change nothing, or are what the image was compiled with, are not', () => {
  assert.deepEqual(image.flags, ['-O3']);
  assert.deepEqual(
    subjects('-O3 -t 4 -p 2 --check-bounds=auto --code-coverage=none --color=no --threads=2 job.jl'),
    [],
  );
  assert.deepEqual(subjects('--optimize=3 job.jl'), []);
});

test('what follows the program is its own', () => {
  assert.deepEqual(subjects('job.jl -C native --project=.'), []);
  assert.deepEqual(subjects('-e 1+1 -C native'), []);
  assert.deepEqual(subjects('-L setup.jl -O0 job.jl'), ['-O0']);
});

test('older Julias do not mind what they do not know', () => {
  const old = { ...image, julia: { ...image.julia, version: '1.5.3' } };
  assert.deepEqual(subjects('--inline=no job.jl', old), []);
});

test('a shell that is set up for the release is clean, whatever its scratch folder', () => {
  const context = { root: '/cvmfs/jets.example.org', juliaBindir: '/opt/julia/bin', scratch: '/tmp/a' };
  const wanted = renderEnvironment(release, image, context);
  const other = renderEnvironment(release, image, { ...context, scratch: '/tmp/b' });
  assert.deepEqual(findVariables({ ...other.set }, wanted), []);
  assert.deepEqual(findVariables({}, wanted), []);
  const [finding] = findVariables({ ...other.set, JULIA_DEPOT_PATH: '/home/user/.julia' }, wanted);
  assert.equal(finding?.subject, 'JULIA_DEPOT_PATH=/home/user/.julia');
});
