import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '@depotcast/hydrator/format';
import type { JuliaFacts } from '../src/julia/facts.js';
import {
  findThemselves,
  glibcNeeded,
  missingLibraries,
  ownNames,
  refuseForeignPaths,
} from '../src/runtime/check-libraries.js';
import { refuseStrayed } from '../src/runtime/check-start.js';
import { collectFiles } from '../src/runtime/collect-files.js';
import { findInstallation } from '../src/runtime/installation.js';
import { renderLauncher } from '../src/runtime/launcher-script.js';
import { type LibraryFacts, readLibraryFacts } from '../src/runtime/library-facts.js';
import { withTemporary, writeFiles } from './temporary.js';

const facts = (needed: string[], searched: string[] = [], versions: string[] = []): LibraryFacts => ({
  needed,
  name: undefined,
  searched,
  versions,
});

test('what a real program asks of the dynamic linker is read from its bytes', async () => {
  const read = await readLibraryFacts(await realpath(process.execPath));
  assert.ok(read);
  assert.ok(read.needed.includes('libc.so.6'), read.needed.join(' '));
  assert.ok(read.versions.some((version) => /^GLIBC_2\.[0-9]+/.test(version)));
  assert.equal(await readLibraryFacts(import.meta.filename), undefined);
});

test('a library that neither the layer nor a node’s glibc has is missing, with what needs it', () => {
  const binaries = new Map([
    ['bin/julia', facts(['libjulia.so.1', 'libc.so.6'])],
    ['lib/libjulia.so.1', facts(['libLLVM.so', 'libz.so.1'])],
  ]);
  const paths = ['bin/julia', 'lib/libjulia.so.1', 'lib/other/libz.so.1', 'lib/julia/libLLVM.so'];
  assert.deepEqual(
    [...missingLibraries(binaries, paths, ['lib/julia', 'lib'])],
    [['libz.so.1', 'lib/libjulia.so.1']],
  );
});

test('a library stands under the name that others ask for it by, too, where nothing else has that name', () => {
  const named = (name: string): LibraryFacts => ({ ...facts([]), name });
  const binaries = new Map([
    ['bin/julia', facts(['libjulia.so.1'])],
    ['lib/julia/libmpfr.so', named('libmpfr.so.6')],
    ['lib/julia/libz.so', named('libz.so.1')],
    ['lib/other/libx.so', named('libx.so.2')],
  ]);
  const paths = [...binaries.keys(), 'lib/libz.so.1'];
  assert.deepEqual(
    [...ownNames(binaries, paths, ['lib/julia', 'lib'])],
    [['lib/julia/libmpfr.so.6', 'lib/julia/libmpfr.so']],
  );
});

test('libraries find each other by themselves where each says where those stand that it needs', () => {
  const paths = ['lib/libjulia.so.1', 'lib/julia/libLLVM.so', 'lib/julia/libz.so.1'];
  const binaries = (searched: string[]) =>
    new Map([
      ['lib/libjulia.so.1', facts(['libLLVM.so', 'libm.so.6'], ['$ORIGIN/julia'])],
      ['lib/julia/libLLVM.so', facts(['libz.so.1'], searched)],
    ]);
  assert.equal(findThemselves(binaries(['${ORIGIN}/../lib', '$ORIGIN']), paths), true);
  assert.equal(findThemselves(binaries([]), paths), false);
});

test('a place to search that would be another on a node is refused, with the file and what to do', () => {
  for (const searched of ['/opt/julia/lib', '$ORIGIN/../../..', '..']) {
    const binaries = new Map([['lib/libz.so.1', facts([], ['$ORIGIN', searched])]]);
    assert.throws(
      () => {
        refuseForeignPaths(binaries, '/opt/julia');
      },
      {
        code: 'bad-spec',
        message: /bundle-runtime: \/opt\/julia\/lib\/libz\.so\.1: searches for libraries in /,
        hint: /patchelf --set-rpath/,
      },
    );
  }
  refuseForeignPaths(new Map([['lib/julia/libz.so.1', facts([], ['$ORIGIN/../..', '$ORIGIN'])]]), '/opt');
});

test('the newest glibc that anything asks for is the oldest that a node may have', () => {
  const asking = (...versions: string[]): LibraryFacts => facts([], [], versions);
  const binaries = new Map([
    ['a', asking('GLIBC_2.9', 'GLIBC_2.17', 'GLIBCXX_3.4.30')],
    ['b', asking('GLIBC_2.4')],
  ]);
  assert.equal(glibcNeeded(binaries), '2.17');
  assert.equal(glibcNeeded(new Map()), undefined);
});

test('an installation is taken whole but for headers, tests and documentation, and links that leave it are followed', async () => {
  await withTemporary(async (folder) => {
    const root = join(folder, 'julia');
    await writeFiles(folder, {
      'julia/bin/julia': '',
      'julia/include/julia/julia.h': '',
      'julia/lib/libjulia.so.1.10': '',
      'julia/lib/libuv.a': '',
      'julia/lib/pkgconfig/julia.pc': '',
      'julia/lib/julia/sys.so': '',
      'julia/lib/julia/libjulia-debug.so.1.10': '',
      'julia/lib/julia/libc.so.6': '',
      'julia/libexec/julia/7z': '',
      'julia/share/julia/base/Base.jl': '',
      'julia/share/julia/test/all.jl': '',
      'julia/share/julia/stdlib/v1.10/Test/src/Test.jl': '',
      'julia/share/julia/stdlib/v1.10/Test/test/runtests.jl': '',
      'julia/share/julia/stdlib/v1.10/Test/docs/index.md': '',
      'julia/share/man/man1/julia.1': '',
      'elsewhere/libz.so.1.2': '',
      'elsewhere/Pkg/src/Pkg.jl': '',
      'elsewhere/cert.pem': '',
    });
    await symlink('libjulia.so.1.10', join(root, 'lib/libjulia.so'));
    await symlink('../../../elsewhere/libz.so.1.2', join(root, 'lib/julia/libz.so.1'));
    await symlink(join(folder, 'elsewhere/Pkg'), join(root, 'share/julia/stdlib/v1.10/Pkg'));
    await symlink(join(folder, 'elsewhere/cert.pem'), join(root, 'share/julia/cert.pem'));
    await symlink('nowhere', join(root, 'lib/julia/libgone.so'));
    await symlink('..', join(root, 'share/julia/base/around'));
    const files = await collectFiles({
      root,
      program: join(root, 'bin/julia'),
      sysimage: 'lib/julia/sys.so',
      stdlib: 'share/julia/stdlib/v1.10',
      libraries: ['lib/julia', 'lib'],
      linker: undefined,
    });
    assert.deepEqual([...files.keys()].sort(), [
      'lib/julia/libz.so.1',
      'lib/julia/sys.so',
      'lib/libjulia.so',
      'lib/libjulia.so.1.10',
      'libexec/julia/7z',
      'share/julia/base/Base.jl',
      'share/julia/cert.pem',
      'share/julia/stdlib/v1.10/Pkg/src/Pkg.jl',
      'share/julia/stdlib/v1.10/Test/src/Test.jl',
    ]);
    assert.equal(files.get('lib/libjulia.so'), join(await realpath(root), 'lib/libjulia.so.1.10'));
    assert.equal(files.get('lib/julia/libz.so.1'), join(await realpath(folder), 'elsewhere/libz.so.1.2'));
  });
});

const JULIA: JuliaFacts = {
  version: '1.10.8',
  arch: 'x86_64',
  bindir: '/usr/bin',
  stdlib: '/usr/share/julia/stdlib/v1.10',
  sysimage: '/usr/lib/julia/sys.so',
  sysimageBytes: 1,
  libraries: ['/usr/lib/libjulia.so.1.10'],
  identity: digestOf('julia'),
};

test('a Julia among the files of other programs, or in several places, is refused before anything is copied', async () => {
  const refused = { code: 'bad-spec', message: /installation .* cannot be moved/, hint: /official Julia/ };
  await assert.rejects(findInstallation(JULIA, ['julia'], {}), refused);
  const apart = { ...JULIA, bindir: '/opt/julia/bin' };
  await assert.rejects(findInstallation(apart, ['julia'], {}), {
    ...refused,
    message: /\/usr\/lib\/julia\/sys\.so stands outside of it/,
  });
});

test('the script that starts Julia names the folders of its libraries, wherever it stands and by whatever link', async () => {
  await withTemporary(async (folder) => {
    const bin = join(folder, 'a b/bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'julia'), renderLauncher(['lib/julia', 'lib']), { mode: 0o755 });
    await writeFile(join(bin, 'julia.real'), '#!/bin/sh\necho "$LD_LIBRARY_PATH|$*"', { mode: 0o755 });
    const link = join(folder, 'julia');
    await symlink(join(bin, 'julia'), link);
    const root = dirname(await realpath(bin));
    const started = execFileSync(link, ['-e', '1 + 1'], { encoding: 'utf8', env: { LD_LIBRARY_PATH: '/x' } });
    assert.equal(started, `${root}/lib/julia:${root}/lib:/x|-e 1 + 1\n`);
  });
});

const AT = '/p/layers/runtime-1';
const EXPECTED = {
  label: 'copy Julia itself',
  layer: AT,
  sysimage: 'lib/julia/sys.so',
  stdlib: 'share/julia/stdlib/v1.10',
};
const FACTS = [
  ['bindir', `${AT}/bin`],
  ['stdlib', `${AT}/bin/../share/julia/stdlib/v1.10`],
  ['sysimage', `${AT}/bin/../lib/julia/sys.so`],
  ['depot', `${AT}/share/julia`],
  ['library', `${AT}/bin/../lib/libjulia.so.1.10`],
  ['library', '/lib/x86_64-linux-gnu/libc.so.6'],
  ['library', 'linux-vdso.so.1'],
] as const;
const printed = (more: readonly (readonly [string, string])[]): string =>
  [...FACTS, ...more].map(([key, value]) => `depotcast\t${key}\t${value}`).join('\n');

test('a Julia that finds all of itself in its layer has moved', () => {
  refuseStrayed(printed([]), EXPECTED);
});

const STRAYS: readonly [string, string][] = [
  ['library', '/usr/lib/libz.so.1'],
  ['depot', '/opt/julia/share/julia'],
  ['search', '/opt/julia/lib'],
];
for (const [key, value] of STRAYS) {
  test(`a Julia whose ${key} is ${value} has not`, () => {
    assert.throws(
      () => {
        refuseStrayed(printed([[key, value]]), EXPECTED);
      },
      { code: 'build-failed', message: new RegExp(`its ${key} ${value} is outside of its layer`) },
    );
  });
}

test('a Julia that starts on another system image has not', () => {
  assert.throws(
    () => {
      refuseStrayed(printed([]).replace('lib/julia/sys.so', 'lib/sys.so'), EXPECTED);
    },
    {
      code: 'build-failed',
      message: /its sysimage should be .* and is \/p\/layers\/runtime-1\/lib\/sys\.so/,
    },
  );
});
