import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { BUNDLE_FILE, DepotError, parseBundle } from '@depotcast/hydrator/format';
import type { BuildReport } from '../src/commands/build-report.js';
import type { Context } from '../src/commands/context.js';
import { inspectBundle } from '../src/commands/inspect.js';
import { runCommandLine } from '../src/commands/parse-command-line.js';
import { FakeJulia } from './fake-julia.js';
import { withTemporary, writeFiles } from './temporary.js';

const A = '11111111-1111-1111-1111-111111111111';
const B = '22222222-2222-2222-2222-222222222222';

const SITE = {
  'spec.toml': `name = "jets"
version = "1.0"
prefix = "/shared/jets"
targets = ["x86-64", "x86-64-v3"]
[[environment]]
name = "jets"
project = "env"
[environment.sysimage]
workload = "env/workload.jl"
`,
  'env/Project.toml': `[deps]\nB = "${B}"\n`,
  'env/Manifest.toml': `[[A]]\npath = "A"\nuuid = "${A}"\n\n[[B]]\ndeps = ["A"]\npath = "../B"\nuuid = "${B}"\n`,
  'env/workload.jl': 'using B\n',
  'env/A/Project.toml': `name = "A"\nuuid = "${A}"\n`,
  'env/A/src/A.jl': 'module A end\n',
  'env/A/.git/config': 'not for the farm\n',
  'B/Project.toml': `name = "B"\nuuid = "${B}"\n[deps]\nA = "${A}"\n`,
  'B/src/B.jl': 'module B\nusing A\nend\n',
};

interface Site {
  readonly folder: string;
  readonly out: string;
  readonly julia: FakeJulia;
  readonly notes: string[];
  readonly run: (...more: string[]) => Promise<BuildReport>;
}

/** A site with a spec, an environment of two packages, and a Julia that only pretends. */
async function withSite(action: (site: Site) => Promise<void>): Promise<void> {
  await withTemporary(async (folder) => {
    await writeFiles(folder, SITE);
    await mkdir(join(folder, 'programs'));
    const julia = await FakeJulia.install(join(folder, 'programs'));
    const notes: string[] = [];
    const out = join(folder, 'bundle');
    const run = async (...more: string[]): Promise<BuildReport> => {
      const printed: string[] = [];
      const places = ['--out', out, '--cache', join(folder, 'cache'), '--jobs', '2', '--json'];
      const programs = ['--julia', julia.command, '--linker', julia.linker];
      const context = contextFor(folder, notes, (text) => printed.push(text));
      await runCommandLine(['run', join(folder, 'spec.toml'), ...places, ...programs, ...more], context);
      return JSON.parse(printed.join('')) as BuildReport;
    };
    await action({ folder, out, julia, notes, run });
  });
}

function contextFor(
  folder: string,
  notes: string[],
  print: (text: string) => void,
): Omit<Context, 'session'> {
  return {
    env: { PATH: process.env['PATH'] },
    home: folder,
    cwd: folder,
    isRoot: false,
    machine: { cores: 2, memoryBytes: 16 * 2 ** 30 },
    print,
    progress: {
      begin: (label) => ({
        line: () => undefined,
        end: (outcome) => {
          notes.push(`${label}: ${outcome}`);
        },
      }),
      note: (text) => {
        notes.push(text);
      },
      close: () => undefined,
    },
    signal: new AbortController().signal,
  };
}

test('a build makes a bundle of what its images need, and of nothing else', async () => {
  await withSite(async ({ out, run }) => {
    const report = await run();
    assert.deepEqual(
      report.images.map(({ target, start, statements, stillCompiled }) => [
        target,
        start,
        statements,
        stillCompiled,
      ]),
      ['x86-64', 'x86-64-v3'].flatMap((target) => [
        [
          target,
          'sysimage',
          { rounds: 2, compiled: 2, failed: 0, dropped: 1, lost: ['precompile(Tuple{typeof(Main.g)})'] },
          0,
        ],
        [target, 'caches', null, 2],
      ]),
    );
    const bundle = parseBundle(await readFile(join(out, BUNDLE_FILE), 'utf8'), 'bundle.json');
    assert.equal(bundle.pathBound, false);
    const { layers } = await inspectBundle(out);
    assert.deepEqual(
      layers.map(({ kind, packages }) => [kind, ...packages].join(' ')),
      ['sources A B', 'sysimage', 'sysimage', 'compiled', 'compiled A B', 'compiled', 'compiled A B'],
    );
    assert.deepEqual(
      layers.map(({ kind, demands }) => [kind, demands === null ? null : demands.includes('avx2')]),
      [
        ['sources', null],
        ...[false, true].map((isV3) => ['sysimage', isV3]),
        ...[null, false, null, true].map((isV3) => ['compiled', isV3]),
      ],
    );
    const sources = layers.find(({ kind }) => kind === 'sources');
    const listing = await readFile(join(out, 'layers', `${sources?.id ?? ''}.listing`), 'utf8');
    assert.doesNotMatch(listing, /\.git/);
  });
});

test('what was recorded in sessions goes into the image, and another recording makes another image', async () => {
  await withSite(async ({ folder, julia, run }) => {
    await appendFile(join(folder, 'spec.toml'), 'statements = "recorded.jl"\n');
    const before = await run();
    await writeFile(join(folder, 'recorded.jl'), 'precompile(Tuple{typeof(B.g)})\n');
    await julia.takeCalls();
    const after = await run();
    assert.deepEqual(
      [before, after].map(({ images }) => images[0]?.statements?.compiled),
      [2, 3],
    );
    const calls = await julia.takeCalls();
    assert.ok(calls.includes('image'));
    const sysimages = [before, after].map(({ layers }) => layers.find(({ kind }) => kind === 'sysimage')?.id);
    assert.notEqual(sysimages[0], sysimages[1]);
    await writeFile(join(folder, 'recorded.jl'), '# by hand\nusing B\n');
    await assert.rejects(run(), { code: 'bad-spec', message: /recorded\.jl:2: expected precompile/ });
  });
});

test('a project that is a package is taken with the folders that packages have, and without the rest', async () => {
  await withSite(async ({ folder, out, julia, run }) => {
    await writeFiles(folder, {
      'env/Project.toml': `name = "Own"\nuuid = "${A.replaceAll('1', '3')}"\n${SITE['env/Project.toml']}`,
      'env/src/Own.jl': 'module Own end\n',
      'env/ext/OwnBExt.jl': 'module OwnBExt end\n',
      'env/Artifacts.toml': '',
      'env/LocalPreferences.toml': '[B]\nfast = true\n',
      'env/results/big.dat': 'not for the farm\n',
    });
    await julia.declareArtifacts([`Own\tdata\t${A.replaceAll(/\D/g, '')}00000000\tfalse\t`]);
    await assert.rejects(run(), { code: 'bad-spec', message: /Own: its artifact data .* is not installed/ });
    await julia.declareArtifacts([]);
    const { layers } = await run();
    const id = layers.find(({ kind }) => kind === 'sources')?.id ?? '';
    const listing = await readFile(join(out, 'layers', `${id}.listing`), 'utf8');
    assert.match(listing, /environments\/jets\/src\/Own\.jl/);
    assert.match(listing, /environments\/jets\/ext\/OwnBExt\.jl/);
    assert.match(listing, /environments\/jets\/Artifacts\.toml/);
    assert.match(listing, /environments\/jets\/LocalPreferences\.toml/);
    assert.doesNotMatch(listing, /results/);
  });
});

test('Manifests in the sources layer name the packages where they are there', async () => {
  await withSite(async ({ folder, run }) => {
    const { layers } = await run();
    const id = layers.find(({ kind }) => kind === 'sources')?.id ?? '';
    const manifest = await readFile(
      join(folder, 'cache/tree/layers', id, 'environments/jets/Manifest.toml'),
      'utf8',
    );
    assert.equal(
      manifest,
      SITE['env/Manifest.toml']
        .replace('"A"\nuuid', '"../../dev/A"\nuuid')
        .replace('"../B"', '"../../dev/B"'),
    );
  });
});

test('a second build reuses everything and writes the same bytes', async () => {
  await withSite(async ({ out, julia, run }) => {
    await run();
    const first = await readAll(out);
    assert.notDeepEqual(await julia.takeCalls(), []);
    const { stages } = await run();
    assert.equal(stages.built, 0);
    assert.deepEqual(await julia.takeCalls(), []);
    assert.deepEqual(await readAll(out), first);
  });
});

test("a failing Julia shows its log's tail and where the log is; the next build goes on from there", async () => {
  await withSite(async ({ julia, run }) => {
    await julia.disturb('image', 'ERROR: Unable to find compatible target in system image.', 1);
    await assert.rejects(run(), (error: unknown) => {
      assert.ok(error instanceof DepotError);
      assert.equal(error.exitCode, 7);
      assert.match(
        error.message,
        /compile the system image of jets for x86-64.* failed: exit code 1\n {2}\|/,
      );
      assert.match(error.message, /\| ERROR: Unable to find compatible target/);
      assert.match(error.hint ?? '', /CPU lacks features of the target.*; the whole log is .*\.log$/);
      return true;
    });
    await julia.calm();
    await julia.takeCalls();
    const { stages } = await run();
    assert.ok(stages.reused >= 2);
    assert.ok(!(await julia.takeCalls()).slice(0, 1).includes('trace'));
  });
});

test('a layer that was being built when the power failed is built anew', async () => {
  await withSite(async ({ folder, run }) => {
    const { layers } = await run();
    const id = layers.find(({ kind, files }) => kind === 'compiled' && files > 0)?.id ?? '';
    const layer = join(folder, 'cache/tree/layers', id);
    const marker = join(folder, 'cache/finished', `${id}.json`);
    for (const damage of [() => rm(marker), () => truncate(marker, 10)]) {
      await damage();
      await chmod(layer, 0o755);
      await writeFile(join(layer, 'half'), 'written');
      const again = await run();
      assert.ok(again.stages.built > 0);
      assert.deepEqual(await readdir(layer), ['compiled']);
    }
  });
});

test('an image whose caches Julia rejects is not published', async () => {
  await withSite(async ({ julia, out, run }) => {
    const line =
      'Debug: Rejecting cache file @depot2/compiled/v1.11/A/slug.ji because preferences hash does not match';
    await julia.disturb('load', line, 0);
    await assert.rejects(run(), {
      code: 'build-failed',
      message: /Julia does not take the cache of A: it was compiled with other preferences/,
      hint: /LocalPreferences.*Julia says: Debug: Rejecting cache file \/.*the whole log is /,
    });
    await assert.rejects(readdir(out), { code: 'ENOENT' });
  });
});

test('a proof says under which conditions it was made', async () => {
  await withSite(async ({ notes, run }) => {
    const { images } = await run();
    for (const { conditions } of images) {
      assert.deepEqual(conditions, { otherUser: false, readOnly: true, strict: true });
    }
    assert.ok(
      notes.includes(
        'prove jets on x86-64 (caches): loads as the same user, with nothing to write to, strictly; its workload compiles 2 methods',
      ),
      notes.join('\n'),
    );
  });
});

test('an image that a host without some features has weakened is not published', async () => {
  await withSite(async ({ julia, out, run }) => {
    await julia.lack(['avx2']);
    await assert.rejects(run('--target', 'x86-64-v3'), {
      code: 'build-failed',
      message: /for x86-64-v3.*: the image is compiled without avx2/,
      hint: /a CPU that has them, or under an emulator/,
    });
    await assert.rejects(readdir(out), { code: 'ENOENT' });
    await run('--target', 'x86-64');
  });
});

test('a bundle that understates what an image needs is refused when it is read back', async () => {
  await withSite(async ({ out, run }) => {
    await run('--target', 'x86-64-v3');
    const file = join(out, BUNDLE_FILE);
    const text = await readFile(file, 'utf8');
    await inspectBundle(out);
    await writeFile(file, text.replace(/"avx2",\s*/g, ''));
    const { proof } = await inspectBundle(out);
    assert.ok(
      proof.violations.some(
        ({ rule, layer, problem }) =>
          rule === 'target' && layer.startsWith('sysimage-') && problem.startsWith('demands avx2,'),
      ),
    );
  });
});

test('an extension that cannot be loaded fails the build, though Julia goes on without it', async () => {
  await withSite(async ({ julia, run }) => {
    const line =
      'Error: Error during loading of extension ABExt of A, use `Base.retry_load_extensions()` to retry.';
    await julia.disturb('load', `┌ ${line}`, 0);
    await assert.rejects(run(), {
      code: 'build-failed',
      message: /the extension ABExt of A cannot be loaded/,
    });
  });
});

test('a missing linker is noticed before anything is compiled', async () => {
  await withSite(async ({ julia, run }) => {
    await rm(julia.linker);
    await assert.rejects(run(), (error: unknown) => {
      assert.ok(error instanceof DepotError);
      assert.equal(error.code, 'build-failed');
      assert.match(error.hint ?? '', /apt-get install gcc/);
      return true;
    });
    assert.deepEqual(await julia.takeCalls(), []);
  });
});

test('a folder that is no bundle is not replaced; a bundle is, even of another version', async () => {
  await withSite(async ({ out, run }) => {
    await writeFiles(out, { precious: 'data' });
    await assert.rejects(run(), { code: 'usage', message: /not a bundle/ });
    assert.equal(await readFile(join(out, 'precious'), 'utf8'), 'data');
    await rm(join(out, 'precious'));
    await writeFiles(out, { [BUNDLE_FILE]: '{ "format": "depotcast-bundle/0" }' });
    await run('--target', 'x86-64');
    assert.deepEqual(await readdir(out), [BUNDLE_FILE, 'layers']);
    const { images } = await run('--target', 'x86-64-v3');
    assert.deepEqual([...new Set(images.map(({ target }) => target))], ['x86-64-v3']);
  });
});

test('drift is an error before anything is compiled, never a new resolution', async () => {
  await withSite(async ({ folder, julia, run }) => {
    await writeFile(join(folder, 'env/Project.toml'), `${SITE['env/Project.toml']}C = "${A}"\n`);
    await assert.rejects(run(), { code: 'bad-spec', message: /Project\.toml:3: C: is not in the Manifest/ });
    assert.equal(await readFile(join(folder, 'env/Manifest.toml'), 'utf8'), SITE['env/Manifest.toml']);
    assert.deepEqual(await julia.takeCalls(), []);
  });
});

test('artifacts go into a layer of their own, on which all that is compiled depends', async () => {
  await withSite(async ({ folder, julia, run }) => {
    const before = await run();
    const tree = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
    const artifact = join(folder, 'depot/artifacts', tree);
    await writeFiles(folder, { 'B/Artifacts.toml': '' });
    await julia.declareArtifacts([`B\tdata\t${tree}\tfalse\t`, `B\tmore\t${tree}\ttrue\t`]);
    await assert.rejects(run(), {
      code: 'bad-spec',
      message: /Manifest\.toml:5: B: its artifact data \(e69de29.*\) is not installed/,
    });
    await writeFiles(folder, { [`depot/artifacts/${tree}/data.txt`]: '42' });
    await julia.declareArtifacts([`B\tdata\t${tree}\tfalse\t${artifact}`]);
    await assert.rejects(run(), {
      code: 'bad-spec',
      message: /should have the git tree hash e69de29.*, and has ed25077/,
    });
    await julia.declareArtifacts([`B\tdata\ted25077252bc634ecc02ab98ae114a4f821da8f7\tfalse\t${artifact}`]);
    const after = await run();
    const layer = after.layers.find(({ kind }) => kind === 'artifacts');
    assert.equal(layer?.files, 1);
    const compiled = (report: BuildReport) =>
      report.layers.filter(({ kind }) => kind === 'compiled' || kind === 'sysimage').map(({ id }) => id);
    assert.deepEqual(
      compiled(before).filter((id) => compiled(after).includes(id)),
      [],
    );
  });
});

async function readAll(folder: string): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) contents.set(path, (await readFile(path)).toString('base64'));
  }
  return contents;
}

/** Adds a package that bakes what the build host is. */
async function addBaking(folder: string): Promise<void> {
  const entry = `[[HostCPUFeatures]]\npath = "HostCPUFeatures"\nuuid = "${HOST}"\n`;
  await appendFile(join(folder, 'env/Project.toml'), `HostCPUFeatures = "${HOST}"\n`);
  await appendFile(join(folder, 'env/Manifest.toml'), `\n${entry}`);
  await writeFiles(folder, {
    'env/HostCPUFeatures/Project.toml': `name = "HostCPUFeatures"\nuuid = "${HOST}"\n`,
    'env/HostCPUFeatures/src/HostCPUFeatures.jl': 'module HostCPUFeatures end\n',
  });
}

const HOST = '3e5b6fbb-0976-4d2c-9146-d79de83f2fb0';

test('packages that hold more than a target requires fail the build before an image is made of them', async () => {
  await withSite(async ({ folder, julia, run }) => {
    await addBaking(folder);
    await julia.bake([['feature', 'avx2']]);
    await assert.rejects(run(), (error: DepotError) => {
      assert.equal(error.code, 'build-failed');
      assert.match(error.message, /for x86-64: HostCPUFeatures holds avx2 .* x86-64 does not require/);
      return true;
    });
    assert.ok(!(await julia.takeCalls()).includes('image'));
    const { images } = await run('--target', 'x86-64-v3');
    assert.ok(images.every(({ baked }) => baked.length === 0));
  });
});

test('the report tells what packages hold of the build host that is not wrong', async () => {
  await withSite(async ({ folder, julia, run }) => {
    await addBaking(folder);
    await julia.bake([
      ['feature', 'sha'],
      ['redefines', 'true'],
      ['cpu', 'znver3'],
    ]);
    const { images } = await run();
    for (const { baked } of images) {
      assert.match(baked.join('\n'), /HostCPUFeatures holds sha .*\n.*not called znver3/);
    }
  });
});
