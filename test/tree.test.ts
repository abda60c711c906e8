import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeTree } from '@depotcast/hydrator';
import { parseRelease, type ReleaseId, tree } from '@depotcast/hydrator/format';
import { writeFakeBundle } from './support/fake-bundle.js';
import { run, runCommand, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');
const repo = await initRepository(scratch, prefix);
for (const channel of ['prod', 'test']) {
  const bundle = join(scratch, `bundle-${channel}`);
  await writeFakeBundle(bundle, { prefix, images: { 'x86-64': `image of ${channel}`, aarch64: 'image' } });
  await publish(repo, bundle, `release-${channel}`, channel);
}
await succeed('depot-publish', ['export', repo.path, '--into', prefix, '--channel', 'test']);

/** Stands in for Julia where only what it is given matters. */
const julia = join(scratch, 'julia');
await writeFile(
  julia,
  `#!/bin/sh
case $1 in
  --version) echo julia version 1.5.3 ;;
  -e | --startup-file=no) echo /nowhere/bin ;;
  *) printf '<%s>' "$@" ;;
esac
`,
);
await chmod(julia, 0o755);
const exec = (channel: string, ...job: string[]) =>
  run('depot-hydrate', ['exec', '--repo', prefix, '--channel', channel, '--julia', julia, '--', ...job]);

test('a job gets its own arguments exactly, however much like numbers or options they look', async () => {
  const words = ['1.10', '0x10', '1e3', '-1.50', '', '--json', '--', 'a b', "it's"];
  const outcome = await exec('test', 'printf', '<%s>', ...words);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.equal(outcome.stdout, words.map((word) => `<${word}>`).join(''));
});

test('a channel whose layers are not in the tree is exit 5, naming the layer, and nothing is started', async () => {
  const outcome = await exec('prod', 'printf', 'started');
  assert.equal(outcome.code, 5);
  assert.equal(outcome.stdout, '');
  assert.match(outcome.stderr, /layers\/sysimage-[0-9a-f]{32}: the tree has no such layer/);
});

test('fetch --warm reads what a job will read, and says how much that was', async () => {
  const args = ['fetch', '--repo', prefix, '--channel', 'test', '--warm', '--json'];
  const { release, warmed } = JSON.parse(await succeed('depot-hydrate', args)) as {
    readonly release: string;
    readonly warmed: { readonly files: number; readonly bytes: number };
  };
  const manifest = parseRelease(
    await readFile(join(prefix, tree.releaseManifest(release as ReleaseId)), 'utf8'),
    '',
  );
  const [image] = manifest.images.filter(({ arch }) => arch === 'x86_64');
  const [sysimage] = manifest.layers.filter(({ id }) => id === image?.sysimage);
  assert.ok(sysimage && warmed.files >= sysimage.files && warmed.bytes > sysimage.bytes);
});

test('verify finds a tree whole, and one that lacks a layer not', async () => {
  const verify = () => run('depot-hydrate', ['verify', '--repo', prefix, '--channel', 'test']);
  assert.equal((await verify()).code, 0);
  const copy = await succeed('depot-publish', ['show', repo.path, 'release-test', '--json']);
  const sysimage = /"sysimage": "(sysimage-[0-9a-f]{32})"/.exec(copy)?.[1] ?? '';
  await chmod(join(prefix, tree.layers), 0o755);
  await removeTree(join(prefix, tree.layers, sysimage));
  const outcome = await verify();
  assert.equal(outcome.code, 4);
  assert.ok(outcome.stderr.includes(`${sysimage}: missing`), outcome.stderr);
});

test('a command line that makes no sense is exit 2, with the way to help', async () => {
  for (const args of [
    ['explain', '--repo'],
    ['explain', '--repo', prefix, '--chanel', 'x'],
    ['nothing'],
    [],
  ]) {
    const outcome = await run('depot-hydrate', args);
    assert.equal(outcome.code, 2, `${args.join(' ')}: ${outcome.stderr}`);
    assert.match(outcome.stderr, /--help/);
  }
});

test('a reader that has seen enough is no error', async () => {
  const program = `"$0" "$1" detect | true`;
  const hydrator = join(prefix, tree.hydrator);
  const outcome = await runCommand(['sh', '-c', program, process.execPath, hydrator]);
  assert.equal(outcome.stderr, '');
});
