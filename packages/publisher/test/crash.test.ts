import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSource } from '@depotcast/hydrator';
import type { WriteHook, WritePoint } from '../src/files/durable-writer.js';
import { verifyRepository } from '../src/maintenance/verify.js';
import { openRepository, readTrustedRoot } from '../src/repository/open-repository.js';
import { removeLeftovers } from '../src/repository/remove-leftovers.js';
import { writeBundle } from './bundle-fixture.js';
import { newRepository, publishBundles, scratch, SILENT } from './repository-fixture.js';

class Crash extends Error {}

/** Dies at the write point with that number, counted from 0; notes every point it saw. */
function dieAt(number: number, seen: WritePoint[] = []): WriteHook {
  return (point) => {
    seen.push(point);
    if (seen.length > number) throw new Crash(`${point.path} ${point.stage}`);
  };
}

async function verify(repository: string) {
  return verifyRepository(repository, {
    source: openSource(repository),
    trustedRoot: await readTrustedRoot(repository, {}),
    open: () => openRepository(repository),
    events: SILENT,
  });
}

test('a publish that dies at any write leaves the old release, and the next one succeeds', async (context) => {
  const directory = await scratch(context);
  const [first, second] = [join(directory, 'first'), join(directory, 'second')];
  await writeBundle(first);
  await writeBundle(second, { name: 'second', targets: ['x86-64', 'x86-64-v3'] });

  const origin = await newRepository(join(directory, 'origin'));
  const old = await publishBundles(origin, [first]);
  const points: WritePoint[] = [];
  const next = { name: 'second', onWrite: dieAt(Infinity, points) };
  await publishBundles(await copyRepository(origin, join(directory, 'reference')), [second], next);
  assert.match(points.at(-1)?.path ?? '', /timestamp\.json$/, 'the timestamp is the last thing written');

  for (let number = 0; number < points.length - 1; number++) {
    const repository = await copyRepository(origin, join(directory, `repo-${number}`));
    const dying = publishBundles(repository, [second], { name: 'second', onWrite: dieAt(number) });
    await assert.rejects(dying, Crash);
    assert.deepEqual((await openRepository(repository)).trusted.releases(), [old.id]);
    assert.deepEqual((await verify(repository)).problems, [], `after write ${number}`);

    await removeLeftovers(repository);
    const { id } = await publishBundles(repository, [second], { name: 'second' });
    const report = await verify(repository);
    assert.deepEqual([report.problems, report.strangers, report.unreferenced], [[], [], 0]);
    assert.ok((await openRepository(repository)).trusted.releases().includes(id));
  }
});

async function copyRepository(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true });
  await cp(`${from}.keys`, `${to}.keys`, { recursive: true });
  return to;
}

test('one that dies right after the commit has published', async (context) => {
  const directory = await scratch(context);
  const bundle = join(directory, 'bundle');
  await writeBundle(bundle);
  const repository = await newRepository(join(directory, 'repo'));
  const die: WriteHook = ({ path, stage }) => {
    if (path.endsWith('timestamp.json') && stage === 'renamed') throw new Crash('after the commit');
  };
  await assert.rejects(publishBundles(repository, [bundle], { onWrite: die }), Crash);
  assert.deepEqual((await verify(repository)).problems, []);
  assert.equal((await publishBundles(repository, [bundle])).plan.outcome, 'nothing');
});
