import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFakeBundle } from './support/fake-bundle.js';
import { freshNode } from './support/node.js';
import { run, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

const CRASHES = 10;

const scratch = await temporaryDirectory();
const prefix = join(scratch, 'prefix');
const repo = await initRepository(scratch, prefix);
const node = await freshNode(scratch, ['--repo', repo.path, '--root', repo.root, '--channel', 'prod']);

const nameOnNode = async (): Promise<string> => {
  const outcome = await node.hydrate('explain', ['--json']);
  assert.equal(outcome.code, 0, outcome.stderr);
  return (JSON.parse(outcome.stdout) as { name: string }).name;
};

async function bundleOf(name: string): Promise<string> {
  const bundle = join(scratch, `bundle-${name}`);
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`dev/f${i}`, `${name} ${i}`]));
  await writeFakeBundle(bundle, { prefix, sources: files, images: { 'x86-64': randomBytes(40 << 20) } });
  return bundle;
}

await publish(repo, await bundleOf('0'), 'release-0');

// How long an undisturbed publish takes here, so that the crashes fall into it.
const begin = performance.now();
await publish(repo, await bundleOf('1'), 'release-1');
const undisturbed = performance.now() - begin;

test(`${CRASHES} publishes killed at random moments leave the old release in force, and the next one succeeds`, async () => {
  let current = 'release-1';
  let killed = 0;
  for (let crash = 0; crash < CRASHES; crash++) {
    const name = `release-${crash + 2}`;
    const bundle = await bundleOf(`${crash + 2}`);
    const args = ['publish', repo.path, bundle, '--name', name, '--channel', 'prod'];
    const outcome = await run('depot-publish', args, {
      killAfter: undisturbed * (0.15 + 0.85 * Math.random()),
    });
    if (outcome.signal === 'SIGKILL') killed++;
    const seen = await nameOnNode();
    assert.ok(seen === current || seen === name, `the node sees ${seen}, neither ${current} nor ${name}`);
    if (outcome.signal === 'SIGKILL') assert.equal((await node.hydrate('fetch', [])).code, 0);
    await succeed('depot-publish', args);
    assert.equal(await nameOnNode(), name);
    current = name;
  }
  assert.ok(
    killed >= CRASHES / 2,
    `only ${killed} of ${CRASHES} publishes were still running when they were to be killed`,
  );
  assert.equal((await run('depot-publish', ['verify', repo.path])).code, 0);
});
