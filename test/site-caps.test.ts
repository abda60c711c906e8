import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TARGETS } from '@depotcast/hydrator/format';
import { writeFakeBundle } from './support/fake-bundle.js';
import { type Outcome, runCommand, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const PRIVATE = ['unshare', '--mount', '--map-root-user', '--propagation', 'private', 'sh', '-c'];
const canMount = spawnSync('unshare', [...PRIVATE.slice(1), 'mount --bind /tmp /mnt']).status === 0;
const hydrator = fileURLToPath(import.meta.resolve('@depotcast/hydrator/bundle'));

test('the caps in /etc/depotcast.toml', { skip: !canMount && 'nothing can be mounted here' }, async (t) => {
  const scratch = await temporaryDirectory();
  const prefix = join(scratch, 'prefix');
  const repo = await initRepository(scratch, prefix);
  const bundle = join(scratch, 'bundle');
  await writeFakeBundle(bundle, { prefix, images: { 'x86-64': 'v1', 'x86-64-v2': 'v2', 'x86-64-v3': 'v3' } });
  await publish(repo, bundle, 'release-1');
  await succeed('depot-publish', ['export', repo.path, '--into', prefix]);
  const cpuinfo = join(scratch, 'cpuinfo');
  await writeFile(
    cpuinfo,
    `flags : ${TARGETS.find(({ name }) => name === 'x86-64-v3')?.requires.join(' ') ?? ''}\n`,
  );
  const etc = join(scratch, 'etc');
  await mkdir(etc);
  // What stands in /etc/alternatives is out of sight as well.
  const bin = join(scratch, 'bin');
  await mkdir(bin);
  const awk = spawnSync('sh', ['-c', 'command -v awk'], { encoding: 'utf8' }).stdout.trim();
  await symlink(await realpath(awk), join(bin, 'awk'));
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };

  const host = ['--cpuinfo', cpuinfo, '--machine', 'x86_64', '--host', 'login1.example.org'];
  const SELECTORS: Readonly<Record<string, readonly string[]>> = {
    'depot-hydrate': [process.execPath, hydrator, 'explain', '--repo', prefix, '--channel', 'prod', ...host],
    activate: [join(prefix, 'channels/prod/activate'), '--explain', ...host],
  };
  for (const [name, command] of Object.entries(SELECTORS)) {
    const explain = async (caps: string): Promise<Outcome> => {
      await writeFile(join(etc, 'depotcast.toml'), caps);
      const bind = 'mount --bind "$1" /etc && shift && exec "$@"';
      return runCommand([...PRIVATE, bind, 'sh', etc, ...command], { env });
    };

    await t.test(`hold a login node down in ${name}, and it says so`, async () => {
      const outcome = await explain('[[cap]]\nhosts = "login*"\ntarget = "x86-64-v2"\n');
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(outcome.stdout, /x86-64-v2\s+sysimage:?\s+chosen/);
      assert.match(outcome.stdout, /missing abm .* \(capped at x86-64-v2 by \/etc\/depotcast\.toml\)/);
    });

    await t.test(`leave other nodes alone in ${name}`, async () => {
      const outcome = await explain('[[cap]]\nhosts = "gpu*"\ntarget = "x86-64-v2"\n');
      assert.match(outcome.stdout, /x86-64-v3\s+sysimage:?\s+chosen/);
    });

    await t.test(`are not guessed at by ${name} when they are damaged`, async () => {
      const outcome = await explain('[[cap]]\nhosts = "login*"\ntarget = x86-64-v2\n');
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, /error: \/etc\/depotcast\.toml:3: expected \[\[cap\]\], hosts = /);
    });
  }
});
