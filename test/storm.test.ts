import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { writeFakeBundle } from './support/fake-bundle.js';
import { nginxMissing, servedPaths, serve } from './support/nginx.js';
import { freshNode } from './support/node.js';
import { filesBelow, initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

/** Of a whole storm are these 20 rounds of 200 processes: DEPOTCAST_STORM=20x200. */
const [rounds = 0, processes = 0] = (process.env['DEPOTCAST_STORM'] ?? '2x60').split('x').map(Number);
/** Processes that are killed in every round but the first, each while it fetches for all others. */
const KILLS = 6;
/** Milliseconds between two of these, at most. */
const PAUSE = 500;
/** Files that a process fetches at a time. */
const CONCURRENCY = 8;

test(
  `${rounds} times ${processes} processes hydrate one cache at once`,
  { skip: nginxMissing },
  async (t) => {
    const scratch = await temporaryDirectory();
    const prefix = join(scratch, 'prefix');
    const repo = await initRepository(scratch, prefix);
    const bundle = join(scratch, 'bundle');
    const sources = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`dev/f${i}`, randomBytes(20_000)]),
    );
    await writeFakeBundle(bundle, { prefix, sources, images: { 'x86-64': randomBytes(60 << 20) } });
    await publish(repo, bundle, 'release-1');
    const url = await serve(repo.path, scratch, 'limit_rate 8m;');
    const source = ['--repo', url, '--channel', 'prod', '--root', repo.root];
    let served = 0;

    for (let round = 0; round < rounds; round++) {
      const kills = round === 0 ? 0 : KILLS;
      await t.test(`round ${round + 1}, up to ${kills} of them killed`, async (t) => {
        const node = await freshNode(scratch, source);
        const watch = watchLayers(node.cache);
        const began = performance.now();
        const ended = new AbortController();
        const killing = killOwners(node.cache, kills, ended.signal);
        const start = async () => {
          const started = performance.now();
          const outcome = await node.hydrate('fetch', []);
          return { ...outcome, started, ended: performance.now() };
        };
        const runs: ReturnType<typeof start>[] = [];
        for (let each = 0; each < processes; each++) {
          runs.push(start());
          // Starting hundreds takes this process many seconds, in which others end: it must look and kill in between.
          await turn();
        }
        const outcomes = await Promise.all(runs);
        ended.abort();
        await killing;
        const seen = await watch.end();

        const killed = outcomes.filter(({ signal }) => signal === 'SIGKILL').length;
        assert.equal(
          killed > 0,
          kills > 0,
          'a layer takes long enough to fetch for somebody to be killed meanwhile',
        );
        for (const { signal, code, stderr } of outcomes) if (signal === null) assert.equal(code, 0, stderr);
        const verified = await node.hydrate('verify', ['--json']);
        assert.equal(verified.code, 0, verified.stderr);
        assert.equal((JSON.parse(verified.stdout) as { verified: string[] }).verified.length, 3);
        for (const [path, content] of seen)
          assert.deepEqual(content, await contentOf(path), 'whole from the first');
        assert.equal(seen.size, 3);

        const all = await servedPaths(url, scratch);
        const objects = all.slice(served).filter((path) => path.startsWith('/data/'));
        served = all.length;
        const again = objects.length - new Set(objects).size;
        assert.ok(
          again <= killed * CONCURRENCY,
          `${again} objects more than once, ${killed} processes killed`,
        );
        const begun = outcomes.filter(({ started }) => started < watch.last());
        const slowest = Math.max(...begun.map(({ ended }) => ended));
        t.diagnostic(
          `${killed} killed, ${objects.length} objects, ${again} of them again; last layer after ` +
            `${seconds(watch.last() - began)}, the last of ${begun.length} begun by then ${seconds(slowest - watch.last())} later`,
        );
      });
    }
  },
);

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Kills whoever has a layer's lock, one after the other. */
async function killOwners(cache: string, kills: number, ended: AbortSignal): Promise<void> {
  for (let killed = 0; killed < kills && !ended.aborted;) {
    await sleep(randomInt(PAUSE));
    const [root = ''] = await readdir(cache).catch(() => []);
    const locks = join(cache, root, '.node/locks');
    const held = (await readdir(locks).catch(() => [])).filter((name) => /^[a-z]+-[0-9a-f]{32}$/.test(name));
    if (held.length === 0) continue;
    const text = await readFile(join(locks, held[randomInt(held.length)] ?? ''), 'utf8').catch(() => '');
    if (text === '') continue;
    try {
      process.kill((JSON.parse(text) as { pid: number }).pid, 'SIGKILL');
      killed += 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Looks for layers all the time, and at each of them the moment that it appears. */
function watchLayers(cache: string) {
  const seen = new Map<string, readonly string[]>();
  let last = 0;
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    for (const root of await readdir(cache).catch(() => [])) {
      const layers = join(cache, root, 'layers');
      for (const name of await readdir(layers).catch(() => [])) {
        const path = join(layers, name);
        if (name.startsWith('.') || seen.has(path)) continue;
        seen.set(path, await contentOf(path));
        last = performance.now();
      }
    }
  };
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await look();
      await sleep(5);
    }
    await look();
  })();
  return {
    last: () => last,
    end: async () => {
      ended.abort();
      await watching;
      return seen;
    },
  };
}

async function contentOf(layer: string): Promise<string[]> {
  const files = await filesBelow(layer);
  return Promise.all(files.map(async (file) => `${file} ${(await stat(join(layer, file))).size}`));
}
