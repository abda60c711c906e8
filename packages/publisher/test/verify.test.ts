import assert from 'node:assert/strict';
import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { walkFiles } from '../src/files/walk.js';
import { verify } from '../src/commands/verify.js';
import { writeBundle } from './bundle-fixture.js';
import { noise } from './noise.js';
import { newRepository, publishBundles, quiet, scratch } from './repository-fixture.js';

async function publishedRepository(context: TestContext): Promise<string> {
  const directory = await scratch(context);
  const bundle = join(directory, 'bundle');
  const sources = {
    'project/Project.toml': 'name = "p"',
    'raw.bin': noise('verify', 5000),
    empty: '',
    'long.bin': Buffer.alloc(25_000_000, 'long'),
  };
  await writeBundle(bundle, { sources });
  const repository = await newRepository(join(directory, 'repo'));
  await publishBundles(repository, [bundle], { channel: 'test' });
  await publishBundles(repository, [bundle], { channel: 'prod' });
  return repository;
}

async function filesOf(repository: string): Promise<string[]> {
  const paths: string[] = [];
  for (const start of ['.depot', 'data'])
    for await (const path of walkFiles(repository, start)) paths.push(path);
  return paths;
}

test('a sound repository has no problems', async (context) => {
  const report = await verify({ repo: await publishedRepository(context) }, quiet);
  assert.deepEqual([report.problems, report.strangers], [[], []]);
});

test('one flipped bit in any file is found and named', async (context) => {
  const repository = await publishedRepository(context);
  for (const path of await filesOf(repository)) {
    const file = join(repository, path);
    const sound = await readFile(file);
    for (const place of [0, 0.5, 0.99]) {
      const flipped = Buffer.from(sound);
      const index = Math.floor(place * flipped.length);
      flipped[index] = (flipped[index] ?? 0) ^ 1;
      await writeFile(file, flipped);
      const { problems } = await verify({ repo: repository }, quiet);
      assert.ok(
        problems.some(({ message }) => message.includes(path)),
        `${path} at ${index}: ${JSON.stringify(problems)}`,
      );
    }
    await writeFile(file, sound);
  }
});

describe('what else may happen to a file', () => {
  const damages: [string, (file: string) => Promise<void>][] = [
    ['cut short', (file) => truncate(file, 10)],
    ['made longer', (file) => appendFile(file, 'x')],
    ['removed', (file) => rm(file)],
  ];
  for (const [name, damage] of damages) {
    test(`an object that was ${name} is named`, async (context) => {
      const repository = await publishedRepository(context);
      const object = (await filesOf(repository)).find((path) => path.startsWith('data/')) ?? '';
      await damage(join(repository, object));
      const { problems } = await verify({ repo: repository }, quiet);
      assert.ok(problems.length > 0 && problems.every(({ message }) => message.includes(object)));
    });
  }

  test('a file of someone else is mentioned, not complained about', async (context) => {
    const repository = await publishedRepository(context);
    await writeFile(join(repository, '.depot/notes.txt'), 'hello');
    const { problems, strangers } = await verify({ repo: repository }, quiet);
    assert.deepEqual([problems, strangers], [[], ['.depot/notes.txt']]);
  });
});
