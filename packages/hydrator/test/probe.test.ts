import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DepotError, digestOf, parseRelease } from '../src/format/index.js';
import { verdictKey } from '../src/probe/verdict-key.js';
import { probeCommand } from '../src/probe/probe-command.js';
import { Verdicts } from '../src/probe/verdicts.js';
import { golden } from './golden.js';

const scratch = await mkdtemp(join(tmpdir(), 'depotcast-probe-'));
after(() => rm(scratch, { recursive: true }));

const ENDS: readonly [what: string, script: string, why: RegExp | undefined, isLasting: boolean][] = [
  ['a start that ends well', 'exit 0', undefined, false],
  ['an unknown instruction', 'kill -ILL $$', /^killed by SIGILL$/, true],
  ['an unknown instruction behind a launcher', 'exit 132', /^killed by SIGILL$/, true],
  [
    'a refusal by Julia',
    'echo "ERROR: Unable to find compatible target in system image." >&2; echo more >&2; exit 1',
    /^exit code 1: Unable to find compatible target in system image\.$/,
    true,
  ],
  [
    'a CPU that Julia does not run on',
    'echo "Your CPU does not support the CX16 instruction" >&2; exit 1',
    /CX16/,
    true,
  ],
  ['a job that is ended from outside', 'kill -TERM $$', /^killed by SIGTERM$/, false],
  ['a lack of memory', 'kill -KILL $$', /^killed by SIGKILL$/, false],
  [
    'any other failure',
    'echo first >&2; echo No space left >&2; exit 3',
    /^exit code 3: No space left$/,
    false,
  ],
  ['a start that hangs', 'exec sleep 60', /^no end after 0\.5 s$/, false],
];
for (const [what, script, why, isLasting] of ENDS) {
  test(`${what} is ${why === undefined ? 'good' : 'bad'}${isLasting ? ', and for good' : ''}`, async () => {
    const outcome = await probeCommand(['sh', '-c', script], process.env, 500);
    assert.equal(outcome.runs, why === undefined);
    if (outcome.runs || why === undefined) return;
    assert.match(outcome.why, why);
    assert.equal(outcome.isLasting, isLasting);
  });
}

test('a program that is not there is told of, not thrown', async () => {
  const outcome = await probeCommand(['/nonexistent/julia'], process.env, 500);
  assert.ok(!outcome.runs && !outcome.isLasting && /cannot be started/.test(outcome.why));
});

const key = digestOf('x');

test('a verdict is remembered, and what is damaged or not there is no verdict', async () => {
  const verdicts = new Verdicts(join(scratch, 'cache'));
  assert.equal(await verdicts.recall(key), undefined);
  const verdict = { runs: false, why: 'killed by SIGILL' };
  await verdicts.remember(key, verdict);
  assert.deepEqual(await verdicts.recall(key), verdict);
  const [file = ''] = await readdir(join(scratch, 'cache/probes'));
  await writeFile(join(scratch, 'cache/probes', file), '{"format": "depotcast-probe/1", "ru');
  assert.equal(await verdicts.recall(key), undefined);
});

test('a cache that cannot be written is an error of its own kind', async () => {
  await writeFile(join(scratch, 'file'), '');
  const verdicts = new Verdicts(join(scratch, 'file'));
  assert.equal(await verdicts.recall(key), undefined);
  await assert.rejects(
    verdicts.remember(key, { runs: true, why: '' }),
    (error) => error instanceof DepotError && error.code === 'storage',
  );
});

test('a verdict holds for this host, this Julia and this content of the image only', async () => {
  const release = parseRelease(golden('release.json'), 'release.json');
  const [image] = release.images;
  assert.ok(image);
  const host = { arch: 'x86_64', features: new Set(['sse2', 'avx2']), warnings: [] };
  const julia = { command: ['julia'], version: '1.10.8', bindir: scratch };
  const cpuinfo = join(scratch, 'cpuinfo');
  const write = (model: string, speed: number): Promise<void> =>
    writeFile(cpuinfo, `model name\t: ${model}\ncpu MHz\t\t: ${speed}\nflags\t\t: sse2 avx2\n`);
  await write('One', 1000);
  const first = await verdictKey(release, image, host, julia, cpuinfo);
  await write('One', 2000);
  assert.equal(await verdictKey(release, image, host, julia, cpuinfo), first, 'its speed does not matter');
  const others = [
    verdictKey(release, image, { ...host, features: new Set(['sse2']) }, julia, cpuinfo),
    verdictKey(release, image, host, { ...julia, version: '1.10.9' }, cpuinfo),
    verdictKey(release, image, host, { ...julia, command: ['qemu', 'julia'] }, cpuinfo),
    verdictKey(release, { ...image, flags: ['-O2'] }, host, julia, cpuinfo),
    verdictKey(
      { ...release, layers: release.layers.map((layer) => ({ ...layer, tree: digestOf(layer.id) })) },
      ...([image, host, julia, cpuinfo] as const),
    ),
  ];
  const all = [first, ...(await Promise.all(others))];
  await write('Two', 1000);
  all.push(await verdictKey(release, image, host, julia, cpuinfo));
  assert.equal(new Set(all).size, 7);
});
