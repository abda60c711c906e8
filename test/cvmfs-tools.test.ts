import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  check,
  expectSuccess,
  FQRN,
  mount,
  mountsMissing,
  publicKey,
  runTool,
  toolsMissing,
} from './support/cvmfs.js';
import { writeFakeBundle } from './support/fake-bundle.js';
import { nginxMissing, serve } from './support/nginx.js';
import { run, runCommand, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const STEPS = Number(process.env['CVMFS_STEPS'] ?? '10');
const SOUND = 'no problems found';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');

async function bundleOf(name: string): Promise<string> {
  const bundle = join(scratch, `bundle-${name}`);
  await writeFakeBundle(bundle, { prefix, images: { 'x86-64': `image of ${name}` } });
  return bundle;
}

/** Numbers from 0 to below 1, the same in every run. */
function* numbers(): Generator<number> {
  for (let state = 1; ; state = (state * 48_271) % 0x7fffffff) yield state / 0x7fffffff;
}

test('its check finds no problem after any step', { skip: toolsMissing }, async () => {
  const repo = await initRepository(join(scratch, 'steps'), prefix);
  const random = numbers();
  const next = (below: number) => Math.floor((random.next().value as number) * below);
  const names: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const kind = names.length === 0 ? 0 : next(3);
    if (kind === 0) {
      names.push(`release-${step}`);
      await publish(repo, await bundleOf(String(step)), `release-${step}`);
    } else if (kind === 1) {
      const { id } = JSON.parse(
        await succeed('depot-publish', ['show', repo.path, names[next(names.length)] ?? '', '--json']),
      ) as { id: string };
      await succeed('depot-publish', ['rollback', repo.path, 'prod', id]);
    } else await succeed('depot-publish', ['refresh', repo.path]);
    // Retires what has not run lately, and takes at once what nothing needs then.
    if (step % 4 === 3) {
      await succeed('depot-publish', ['gc', repo.path, '--grace', '0', '--keep-history', '2']);
      const { releases } = JSON.parse(await succeed('depot-publish', ['list', repo.path, '--json'])) as {
        releases: { name: string }[];
      };
      names.splice(0, names.length, ...releases.map(({ name }) => name));
    }
    assert.equal(await check(repo, scratch), SOUND, `step ${step}`);
    await succeed('depot-publish', ['verify', repo.path, '--cvmfs']);
  }
});

test(
  'its ingest adds a revision on top of ours',
  { skip: mountsMissing || nginxMissing },
  async (context) => {
    const home = join(scratch, 'ingested');
    const repo = await initRepository(home, prefix);
    await publish(repo, await bundleOf('before'), 'release-1');
    const [temporary, empty, manifest] = [join(home, 'txn'), join(home, 'empty'), join(home, 'manifest')];
    const tar = join(home, 'site.tar');
    // Where its ingest keeps statistics, without a way to say otherwise.
    const spool = join('/var/spool/cvmfs', FQRN);
    for (const directory of [temporary, empty, spool, join(home, 'site/tools')]) {
      await mkdir(directory, { recursive: true });
    }
    context.after(() => rm(spool, { recursive: true }));
    await writeFile(join(home, 'site/tools/hello'), 'hello');
    await expectSuccess(runCommand(['tar', '-cf', tar, '-C', home, 'site']));
    const url = await serve(repo.path, home);
    const published = await readFile(join(repo.path, '.cvmfspublished'), 'latin1');
    const root = /^C(.*)$/m.exec(published)?.[1] ?? '';
    const common = ['-r', `local,${temporary},${repo.path}`, '-t', temporary];
    await expectSuccess(
      runTool('cvmfs_swissknife', [
        ...['ingest', ...common, '-u', empty, '-c', empty, '-b', root, '-w', url, '-o', manifest],
        ...['-K', publicKey(repo), '-N', FQRN, '-T', tar, '-B', 'extra', '-C', 'true', '-U', '0', '-G', '0'],
      ]),
    );
    const key = join(`${repo.path}.keys`, FQRN);
    await expectSuccess(
      runTool('cvmfs_swissknife', [
        ...['sign', ...common, '-c', `${key}.crt`, '-k', `${key}.key`, '-n', FQRN, '-u', url, '-m', manifest],
      ]),
    );
    const seen = await run('depot-publish', ['verify', repo.path, '--cvmfs']);
    assert.equal(seen.code, 4);
    assert.match(seen.stdout, /CernVM-FS shows \/extra, which is of no release/);
    await succeed('depot-publish', ['refresh', repo.path]);
    await succeed('depot-publish', ['verify', repo.path, '--cvmfs']);
    assert.equal(await check(repo, scratch), SOUND);
  },
);

test(
  'it replicates a repository, and the replica mounts',
  { skip: mountsMissing || nginxMissing },
  async () => {
    const repo = await initRepository(join(scratch, 'stratum-0'), prefix);
    await publish(repo, await bundleOf('replicated'), 'release-1');
    const replica = join(scratch, 'replica');
    const temporary = join(replica, 'data/txn');
    await mkdir(temporary, { recursive: true });
    // It expects a folder for every pair of digits, as its own server makes them.
    const digits = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
    await Promise.all(digits.map((pair) => mkdir(join(replica, 'data', pair))));
    const url = await serve(repo.path, scratch);
    const store = `local,${temporary},${replica}`;
    await expectSuccess(
      runTool('cvmfs_swissknife', [
        ...['pull', '-m', FQRN, '-u', url, '-w', url, '-r', store],
        ...['-k', publicKey(repo), '-x', temporary, '-n', '2'],
      ]),
    );
    const client = join(scratch, 'replica-client');
    const { path } = await mount(repo, `file://${replica}`, client);
    const original = await mount(repo, `file://${repo.path}`, join(scratch, 'original-client'));
    const { stdout } = await runCommand(['diff', '--recursive', '--no-dereference', original.path, path]);
    assert.equal(stdout, '');
  },
);
