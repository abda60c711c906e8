import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFakeBundle } from './support/fake-bundle.js';
import { nginxMissing, servedPaths, serve } from './support/nginx.js';
import { freshNode } from './support/node.js';
import { filesBelow, initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

test('a repository with mirrors', { skip: nginxMissing }, async (t) => {
  const scratch = await temporaryDirectory();
  const prefix = join(scratch, 'prefix');
  const repo = await initRepository(scratch, prefix);
  const publishOne = async (name: string): Promise<void> => {
    const bundle = join(scratch, `bundle-${name}`);
    await writeFakeBundle(bundle, { prefix, images: { 'x86-64': randomBytes(30 << 20) } });
    await publish(repo, bundle, name);
  };
  await publishOne('one');
  const copyOf = async (name: string): Promise<string> => {
    await cp(repo.path, join(scratch, name), { recursive: true });
    return join(scratch, name);
  };
  const [damaged, old, lacking] = [await copyOf('damaged'), await copyOf('old'), await copyOf('lacking')];
  await publishOne('two');
  await rename(damaged, join(scratch, 'gone'));
  await copyOf('damaged');
  for (const object of (await filesBelow(join(damaged, 'data'))).filter((name) => name.endsWith('P'))) {
    await writeFile(join(damaged, 'data', object), 'rubbish');
  }
  const good = await serve(repo.path, scratch);
  const away = 'http://127.0.0.1:9';
  const nodeOf = (first: string, ...mirrors: readonly string[]) =>
    freshNode(scratch, ['--repo', first, '--root', repo.root, '--channel', 'prod', '--mirror', ...mirrors]);
  const warningsIn = (stderr: string): string[] => stderr.match(/^warning: .*$/gm) ?? [];

  await t.test('is fetched from the next where the first is away, which is told in one line', async () => {
    const node = await nodeOf(away, good);
    const outcome = await node.hydrate('fetch', []);
    assert.equal(outcome.code, 0, outcome.stderr);
    const [warning = '', ...others] = warningsIn(outcome.stderr);
    assert.match(warning, /127\.0\.0\.1:9\/.*ECONNREFUSED.*; going on with http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(others, []);
    assert.equal((await node.hydrate('verify', [])).code, 0);
  });

  await t.test(
    'is fetched from the next where the first serves wrong bytes, from the object on that was wrong',
    async () => {
      const bad = await serve(damaged, scratch);
      const node = await nodeOf(bad, good);
      const before = (await servedPaths(good, scratch)).length;
      const outcome = await node.hydrate('fetch', []);
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.equal(warningsIn(outcome.stderr).length, 1, outcome.stderr);
      const asked = (await servedPaths(good, scratch)).slice(before);
      assert.ok(
        asked.every((path) => path.startsWith('/data/')),
        'metadata and listings were good',
      );
      assert.equal((await node.hydrate('verify', [])).code, 0);
    },
  );

  await t.test('is not taken back by a mirror that is behind', async () => {
    const behind = await copyOf('behind');
    const node = await nodeOf(behind, good);
    assert.deepEqual(warningsIn((await node.hydrate('explain', [])).stderr), []);
    await rename(join(behind, '.depot'), join(scratch, 'newer'));
    await rename(join(old, '.depot'), join(behind, '.depot'));
    const outcome = await node.hydrate('explain', ['--json']);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal((JSON.parse(outcome.stdout) as { name: string }).name, 'two');
    assert.match(
      warningsIn(outcome.stderr).join('\n'),
      /^warning: .*timestamp\.json: .*is less than.*; going on with/,
    );
    assert.equal(
      (await readdir(node.state)).length,
      1,
      'one state for the repository, whichever copy answered',
    );
  });

  await t.test('that all lack something is exit 5', async () => {
    await rename(join(lacking, 'data'), join(scratch, 'data-of-lacking'));
    const outcome = await (await nodeOf(away, lacking)).hydrate('fetch', []);
    assert.equal(outcome.code, 5);
    assert.match(outcome.stderr, /no such file/);
  });

  await t.test(
    'without a root is not trusted on first use, though the first copy is a directory',
    async () => {
      const node = await freshNode(scratch, ['--repo', repo.path, '--channel', 'prod', '--mirror', good]);
      const outcome = await node.hydrate('explain', []);
      assert.equal(outcome.code, 4);
      assert.match(outcome.stderr, /--root FILE/);
    },
  );
});
