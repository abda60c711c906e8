import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { log } from '../src/commands/log.js';
import { publishCommand } from '../src/commands/publish.js';
import { refreshCommand } from '../src/commands/refresh.js';
import { rollback } from '../src/commands/rollback.js';
import { walkFiles } from '../src/files/walk.js';
import {
  copyOf,
  manifestOf,
  newMountable,
  problemsOf,
  publishNamed,
  tagsOf,
} from './cvmfs-repository-fixture.js';
import { quiet } from './repository-fixture.js';

async function objectsEnding(repo: string, suffix: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of walkFiles(repo, 'data')) if (path.endsWith(suffix)) paths.push(path);
  return paths;
}

test('init makes keys that only their owner can read, and a certificate for the repository key', async (context) => {
  const repo = await newMountable(context);
  const file = (name: string) => join(`${repo}.keys`, `julia.example.org.${name}`);
  for (const secret of ['masterkey', 'key']) assert.equal((await stat(file(secret))).mode & 0o777, 0o600);
  const certificate = new X509Certificate(await readFile(file('crt')));
  assert.ok(certificate.verify(certificate.publicKey));
  assert.equal(certificate.subject, 'CN=julia.example.org');
  assert.ok(certificate.publicKey.equals(createPublicKey(await readFile(file('key')))));
  assert.deepEqual(await problemsOf(repo), []);
});

test('every change is a higher and later revision, and every release keeps its tag', async (context) => {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  await publishNamed(repo, 'b');
  const [first] = (await log({ repo, channel: 'prod' }, quiet)).entries;
  const times = [(await manifestOf(repo)).time];
  await rollback({ repo, channel: 'prod', hash: first?.release ?? '' }, quiet);
  times.push((await manifestOf(repo)).time);
  await refreshCommand({ repo }, quiet);
  times.push((await manifestOf(repo)).time);
  assert.equal((await manifestOf(repo)).revision, 5);
  assert.deepEqual(
    times,
    [...new Set(times)].sort((x, y) => x - y),
  );
  assert.deepEqual(await tagsOf(repo), { a: 2, b: 3, trunk: 5, 'trunk-previous': 4 });
  assert.deepEqual(await problemsOf(repo), []);
});

test('a release that shares its layers adds catalogs only for the others', async (context) => {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  const before = await objectsEnding(repo, 'C');
  await publishNamed(repo, 'b');
  const added = (await objectsEnding(repo, 'C')).filter((path) => !before.includes(path));
  assert.equal(added.length, 2, 'the root catalog and that of the one new layer');
});

test('publishing what runs already changes nothing', async (context) => {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  const before = await readFile(join(repo, '.cvmfspublished'));
  await publishNamed(repo, 'a');
  assert.deepEqual(await readFile(join(repo, '.cvmfspublished')), before);
});

test('a publish that dies on its way to CernVM-FS clients is finished by the next command', async (context) => {
  const origin = await newMountable(context);
  await publishNamed(origin, 'a');
  const points: string[] = [];
  const watched = await copyOf(origin, `${origin}-watched`);
  await publishNamed(watched, 'b', { ...quiet, onWrite: ({ path }) => points.push(path) });
  const committed = points.lastIndexOf('.depot/tuf/timestamp.json');
  assert.ok(
    committed > 0 && points.at(-1) === '.cvmfspublished',
    'the manifest comes after the trust metadata',
  );
  for (let dying = committed; dying < points.length - 1; dying++) {
    const repo = await copyOf(origin, `${origin}-${dying}`);
    let written = 0;
    const onWrite = () => {
      if (written++ === dying) throw new Error('crash');
    };
    await assert.rejects(publishNamed(repo, 'b', { ...quiet, onWrite }), /crash/);
    assert.ok((await problemsOf(repo)).length > 0, `${points[dying] ?? ''}: being behind is not silent`);
    if (dying % 2 === 0) await publishNamed(repo, 'b');
    else await refreshCommand({ repo }, quiet);
    assert.deepEqual(await problemsOf(repo), [], points[dying]);
  }
});

test('a manifest that the repository key did not sign is not built upon', async (context) => {
  const [repo, other] = [await newMountable(context), await newMountable(context)];
  await writeFile(join(repo, '.cvmfspublished'), await readFile(join(other, '.cvmfspublished')));
  await assert.rejects(publishNamed(repo, 'a'), { code: 'bad-signature' });
});

test('revisions go on rising where the manifest was lost', async (context) => {
  const repo = await newMountable(context);
  await publishNamed(repo, 'a');
  await writeFile(join(repo, '.cvmfspublished'), 'damaged');
  await assert.rejects(publishNamed(repo, 'b'), { code: 'bad-format', hint: /remove \.cvmfspublished/ });
  await rm(join(repo, '.cvmfspublished'));
  await publishNamed(repo, 'b');
  assert.equal((await manifestOf(repo)).revision, 3);
  assert.deepEqual(await tagsOf(repo), { a: 3, b: 3, trunk: 3 });
  assert.deepEqual(await problemsOf(repo), []);
});

test('a release cannot take the name of a tag that clients rely on', async (context) => {
  const repo = await newMountable(context);
  const options = { repo, bundles: [], name: 'trunk', channel: 'prod' };
  await assert.rejects(publishCommand(options, quiet), { code: 'usage' });
});

describe('refresh', () => {
  test('signs the whitelist for as long as the timestamp', async (context) => {
    const repo = await newMountable(context);
    const { whitelist } = await refreshCommand({ repo, timestampDays: 7 }, quiet);
    assert.deepEqual([whitelist.daysLeft, whitelist.isSigned], [7, true]);
  });

  test('says so where the master key is kept elsewhere', async (context) => {
    const repo = await newMountable(context);
    await rm(join(`${repo}.keys`, 'julia.example.org.masterkey'));
    const { whitelist } = await refreshCommand({ repo }, quiet);
    assert.deepEqual([whitelist.daysLeft, whitelist.isSigned], [30, false]);
  });
});

describe('what verify --cvmfs finds', () => {
  const later = { ...quiet, now: () => new Date(Date.now() + 31 * 24 * 60 * 60 * 1000) };
  const first = async (repo: string, suffix: string) => (await objectsEnding(repo, suffix))[0] ?? '';
  const damages: [string, (repo: string) => Promise<unknown>, RegExp][] = [
    ['a missing manifest', (repo) => rm(join(repo, '.cvmfspublished')), /\.cvmfspublished: no such file/],
    ['a missing certificate', async (repo) => rm(join(repo, await first(repo, 'X'))), /X: no such file/],
    [
      'a missing catalog',
      async (repo) => rm(join(repo, (await objectsEnding(repo, 'C'))[1] ?? '')),
      /C: no such file/,
    ],
    ['missing tags', async (repo) => rm(join(repo, `data/${await historyPath(repo)}`)), /H: no such file/],
    ['another reflog', (repo) => writeFile(join(repo, '.cvmfsreflog'), ''), /\.cvmfsreflog: expected/],
    [
      'a whitelist that was not signed by the master key',
      async (repo) => {
        const file = join(repo, '.cvmfswhitelist');
        const bytes = await readFile(file);
        await writeFile(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]));
      },
      /not signed by the master key/,
    ],
  ];
  async function historyPath(repo: string): Promise<string> {
    const { history = '' } = await manifestOf(repo);
    return `${history.slice(0, 2)}/${history.slice(2)}H`;
  }
  for (const [what, damage, expected] of damages) {
    test(what, async (context) => {
      const repo = await newMountable(context);
      await publishNamed(repo, 'a');
      await damage(repo);
      const problems = await problemsOf(repo);
      assert.ok(
        problems.some((message) => expected.test(message)),
        problems.join('\n'),
      );
    });
  }

  test('an expired whitelist', async (context) => {
    const problems = await problemsOf(await newMountable(context), later);
    assert.match(problems.join('\n'), /\.cvmfswhitelist: expired on/);
  });

  test('keys of another repository', async (context) => {
    const [repo, other] = [await newMountable(context), await newMountable(context)];
    const name = 'julia.example.org.pub';
    await rename(join(`${other}.keys`, name), join(`${repo}.keys`, name));
    assert.match((await problemsOf(repo)).join('\n'), /not signed by the master key/);
  });
});
