import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFakeBundle } from './support/fake-bundle.js';
import { nginxMissing, serve } from './support/nginx.js';
import { freshNode } from './support/node.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

test('a repository behind a plain web server', { skip: nginxMissing }, async (t) => {
  const scratch = await temporaryDirectory();
  const prefix = join(scratch, 'prefix');
  const repo = await initRepository(scratch, prefix);
  const bundle = join(scratch, 'bundle');
  await writeFakeBundle(bundle, { prefix, images: { 'x86-64': randomBytes(30 << 20) } });
  await publish(repo, bundle, 'release-1');
  const url = await serve(repo.path, scratch);
  const source = ['--repo', url, '--channel', 'prod'];

  await t.test('gives a node that has the root all it needs, and the same bytes verify there', async () => {
    const node = await freshNode(scratch, [...source, '--root', repo.root]);
    assert.equal((await node.hydrate('fetch', [])).code, 0);
    const outcome = await node.hydrate('verify', ['--json']);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal((JSON.parse(outcome.stdout) as { verified: string[] }).verified.length, 3);
  });

  await t.test('is refused by a node that has no root, with the way to get one', async () => {
    const node = await freshNode(scratch, source);
    const outcome = await node.hydrate('explain', []);
    assert.equal(outcome.code, 4);
    assert.match(outcome.stderr, /no trusted root[\s\S]*--root FILE/);
  });

  await t.test('is remembered: the next start needs no root file', async () => {
    const node = await freshNode(scratch, source);
    assert.equal((await node.hydrate('explain', ['--root', repo.root])).code, 0);
    assert.equal((await node.hydrate('explain', [])).code, 0);
  });

  await t.test('that is away is exit 5', async () => {
    const node = await freshNode(scratch, [
      '--repo',
      `${url}/elsewhere`,
      '--channel',
      'prod',
      '--root',
      repo.root,
    ]);
    assert.equal((await node.hydrate('explain', [])).code, 5);
  });
});
