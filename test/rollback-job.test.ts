import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeTree } from '@depotcast/hydrator';
import { succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { build, julia, prefix } from './support/site.js';
import { temporaryDirectory } from './support/temporary.js';

const UUID = '7d8a3c52-52ba-4c0f-9a51-0a27f0a4b1c6';

/** An environment with one package that tells its own version. */
async function writeProject(directory: string, version: string): Promise<string> {
  const package_ = join(directory, 'Herald');
  await mkdir(join(package_, 'src'), { recursive: true });
  await writeFile(
    join(package_, 'Project.toml'),
    `name = "Herald"\nuuid = "${UUID}"\nversion = "${version}"\n`,
  );
  await writeFile(
    join(package_, 'src/Herald.jl'),
    `module Herald\nannounce() = println("herald ${version}")\nend\n`,
  );
  await writeFile(join(directory, 'Project.toml'), `[deps]\nHerald = "${UUID}"\n`);
  await writeFile(
    join(directory, 'Manifest.toml'),
    `[[Herald]]\npath = "Herald"\nuuid = "${UUID}"\nversion = "${version}"\n`,
  );
  const spec = join(directory, 'spec.toml');
  await writeFile(
    spec,
    `name = "herald"
version = "${version}"
prefix = "/cvmfs/herald.example.org"
targets = ["x86-64"]

[[environment]]
name = "herald"
project = "."
starts = ["caches"]
`,
  );
  return spec;
}

test('after a rollback by hash prefix the job runs the older release, and the history shows all three steps', async () => {
  const scratch = await temporaryDirectory();
  const repo = await initRepository(scratch, prefix);
  for (const version of ['1.0.0', '2.0.0']) {
    const spec = await writeProject(join(scratch, version), version);
    await publish(repo, await build(spec, `herald-${version}`), `herald-${version}`);
  }
  await removeTree(prefix);
  await mkdir(prefix);

  const runJob = (): Promise<string> =>
    succeed('depot-hydrate', [
      'exec',
      ...['--repo', repo.path, '--root', repo.root, '--channel', 'prod', '--state', join(scratch, 'state')],
      ...['--julia', julia.command.join(' '), '--', 'julia', '-e', 'using Herald; Herald.announce()'],
    ]);
  assert.equal(await runJob(), 'herald 2.0.0\n');

  const log = async () =>
    JSON.parse(await succeed('depot-publish', ['log', repo.path, 'prod', '--json'])) as {
      entries: { release: string; name: string; action: string }[];
    };
  const [first] = (await log()).entries;
  await succeed('depot-publish', ['rollback', repo.path, 'prod', first?.release.slice(0, 8) ?? '']);
  assert.equal(await runJob(), 'herald 1.0.0\n');
  assert.deepEqual(
    (await log()).entries.map(({ name, action }) => `${action} ${name}`),
    ['publish herald-1.0.0', 'publish herald-2.0.0', 'rollback herald-1.0.0'],
  );
});
