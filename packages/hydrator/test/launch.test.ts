import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { type LayerId, parseRelease } from '../src/format/index.js';
import { bundledJulia } from '../src/launch/julia-program.js';
import { IMAGE_VARIABLES, plainEnvironment } from '../src/launch/plain-environment.js';
import { type LaunchEnvironment, renderEnvironment } from '../src/launch/render-environment.js';
import { renderShell } from '../src/launch/render-shell.js';
import { golden } from './golden.js';

const release = parseRelease(golden('release.json'), 'release.json');
const [image] = release.images;
assert.ok(image);
const context = { root: '/cvmfs/jets.example.org', juliaBindir: '/opt/julia/bin', scratch: '/tmp/scratch' };
const layers = '/cvmfs/jets.example.org/layers';

test('the depots are stacked in the order that Julia must search them, with none of the user’s', () => {
  const { set, flags, unset } = renderEnvironment(release, image, context);
  assert.deepEqual(set['JULIA_DEPOT_PATH']?.split(':'), [
    '/tmp/scratch',
    `${layers}/${image.compiled}`,
    `${layers}/sources-${'1'.repeat(32)}`,
    '/opt/julia/local/share/julia',
    '/opt/julia/share/julia',
  ]);
  assert.equal(set['JULIA_PROJECT'], `${layers}/sources-${'1'.repeat(32)}/environments/jets`);
  assert.equal(set['JULIA_LOAD_PATH'], '@:@stdlib');
  assert.deepEqual(flags, ['-J', `${layers}/sysimage-${'3'.repeat(32)}/sys.so`, '-O3', '--startup-file=no']);
  assert.ok(unset.includes('JULIA_CPU_TARGET'));
});

test('Julia 1.11 finds its own depots by an empty entry, which before would mean the user’s', () => {
  const later = { ...image, julia: { ...image.julia, version: '1.11.2' }, sysimage: null };
  const { set, flags } = renderEnvironment(release, later, context);
  assert.match(set['JULIA_DEPOT_PATH'] ?? '', /[^:]:$/);
  assert.doesNotMatch(set['JULIA_DEPOT_PATH'] ?? '', /::/);
  assert.ok(!flags.includes('-J'));
});

test('sh reads the environment back exactly, whatever characters are in it', () => {
  const odd = `a b'c"d$e\`f\\g;h&i\nj!k`;
  const environment: LaunchEnvironment = {
    set: { JULIA_PROJECT: odd },
    unset: ['JULIA_CPU_TARGET'],
    flags: ['-J', '/x'],
  };
  const script = `${renderShell('sh', environment)}printf '%s|%s|%s' "$JULIA_PROJECT" "$DEPOT_JULIA_FLAGS" "\${JULIA_CPU_TARGET-gone}"`;
  assert.equal(
    execFileSync('sh', ['-c', script], { env: { JULIA_CPU_TARGET: 'native' }, encoding: 'utf8' }),
    `${odd}|-J /x|gone`,
  );
});

const STYLES = [
  ['csh', "setenv JULIA_PROJECT '/p';"],
  ['fish', "set -gx JULIA_PROJECT '/p'"],
  ['slurm', 'export JULIA_PROJECT=/p'],
] as const;
for (const [format, line] of STYLES) {
  test(`${format} has its own spelling`, () => {
    const text = renderShell(format, { set: { JULIA_PROJECT: '/p' }, unset: [], flags: ['-J', '/x'] });
    assert.ok(text.split('\n').includes(line), text);
  });
}

test('fish gets the flags as a list, for it never splits a value', () => {
  const text = renderShell('fish', { set: {}, unset: [], flags: ['-J', '/x'] });
  assert.equal(text, "set -gx DEPOT_JULIA_FLAGS '-J' '/x'\n");
});

test('a line break cannot smuggle a second variable into what Slurm reads', () => {
  const environment = { set: { JULIA_PROJECT: '/p\nexport LD_PRELOAD=/evil.so' }, unset: [], flags: [] };
  assert.throws(() => renderShell('slurm', environment), /line break/);
});

test('a job without an image keeps its own variables, and loses those of an image that it inherited', () => {
  assert.deepEqual(plainEnvironment({ JULIA_DEPOT_PATH: '/own' }), { set: {}, unset: [], flags: [] });
  const { set } = renderEnvironment(release, image, context);
  const inherited = plainEnvironment({ ...set, DEPOT_JULIA_FLAGS: '-J /x/sys.so' });
  assert.deepEqual(inherited.unset, Object.keys(set));
  assert.deepEqual(IMAGE_VARIABLES, Object.keys(set));
  assert.deepEqual(plainEnvironment({ JULIA_PROJECT: '/own', DEPOT_JULIA_FLAGS: '' }).unset, []);
});

test('a Julia that comes with the release is the first on the PATH, and brings its own depots', () => {
  const runtime = `runtime-${'9'.repeat(32)}` as LayerId;
  const bundled = bundledJulia({ ...image, runtime }, context.root);
  assert.deepEqual(bundled, {
    command: [`${layers}/${runtime}/bin/julia`],
    version: image.julia.version,
    bindir: `${layers}/${runtime}/bin`,
    isBundled: true,
  });
  const { set } = renderEnvironment(release, image, {
    ...context,
    juliaBindir: bundled.bindir,
    path: '/usr/bin:/bin',
  });
  assert.equal(set['PATH'], `${layers}/${runtime}/bin:/usr/bin:/bin`);
  assert.deepEqual(set['JULIA_DEPOT_PATH']?.split(':').slice(-2), [
    `${layers}/${runtime}/local/share/julia`,
    `${layers}/${runtime}/share/julia`,
  ]);
  assert.equal(bundledJulia(image, context.root), undefined);
});
