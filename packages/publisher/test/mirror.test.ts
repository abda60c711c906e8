import assert from 'node:assert/strict';
import { appendFile, cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mirrorCommand } from '../src/commands/mirror.js';
import { verify } from '../src/commands/verify.js';
import { walkFiles } from '../src/files/walk.js';
import { newMountable, publishNamed } from './cvmfs-repository-fixture.js';
import { quiet } from './repository-fixture.js';

const mirrored = (repo: string, context = quiet) =>
  mirrorCommand({ repo, destination: `${repo}-copy` }, context);

async function soundCopy(repo: string): Promise<void> {
  const options = { repo: `${repo}-copy`, keys: `${repo}.keys`, cvmfs: true };
  const { problems, strangers, cvmfs } = await verify(options, quiet);
  assert.deepEqual([problems, strangers], [[], []]);
  assert.ok(cvmfs?.revision !== undefined);
}

test('a mirror is the repository, and each further run copies what is new', async (context) => {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  const first = await mirrored(repo);
  assert.deepEqual([first.layers, first.revision], [2, 2]);
  await soundCopy(repo);
  assert.deepEqual(await mirrored(repo), { files: 0, bytes: 0, layers: 2, revision: 2 });
  await publishNamed(repo, 'b');
  const second = await mirrored(repo);
  assert.equal(second.revision, 3);
  assert.ok(second.files > 0 && second.files < first.files);
  await soundCopy(repo);
});

test('a mirror that dies at any write serves the old state, and goes on where it stopped', async (context) => {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  await mirrored(repo);
  await publishNamed(repo, 'b');
  await cp(`${repo}-copy`, `${repo}-old`, { recursive: true });
  const points: string[] = [];
  await mirrored(repo, { ...quiet, onWrite: ({ path }) => points.push(path) });
  assert.equal(points.at(-1), '.cvmfspublished');
  for (let dying = 0; dying < points.length; dying += 5) {
    await rm(`${repo}-copy`, { recursive: true });
    await cp(`${repo}-old`, `${repo}-copy`, { recursive: true });
    let written = 0;
    const onWrite = () => {
      if (written++ === dying) throw new Error('crash');
    };
    await assert.rejects(mirrored(repo, { ...quiet, onWrite }), /crash/);
    const { problems } = await verify({ repo: `${repo}-copy`, keys: `${repo}.keys` }, quiet);
    assert.deepEqual(problems, [], `after ${points[dying] ?? ''}`);
    await mirrored(repo);
    await soundCopy(repo);
  }
});

test('what the source has damaged is not copied', async (context) => {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  for await (const path of walkFiles(repo, 'data'))
    if (path.endsWith('128')) await appendFile(join(repo, path), '!');
  await assert.rejects(mirrored(repo), { code: 'bad-digest' });
  assert.ok(!(await readdir(`${repo}-copy`)).includes('.cvmfspublished'));
});

test('a source that has gone back is refused', async (context) => {
  const repo = await newMountable(context);
  await cp(repo, `${repo}-before`, { recursive: true });
  await publishNamed(repo, 'a');
  await mirrored(repo);
  await rm(repo, { recursive: true });
  await cp(`${repo}-before`, repo, { recursive: true });
  await assert.rejects(mirrored(repo), { code: 'rollback' });
});
