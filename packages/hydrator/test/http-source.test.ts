import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { DepotError } from '../src/format/index.js';
import { HttpSource } from '../src/source/http-source.js';

/** A server that answers each path in its own bad or good way. */
const seen: string[] = [];
const answers: Record<string, RequestListener> = {
  '/repo/good': (_, response) => response.end('good'),
  '/repo/odd%20n%C3%A4me%3F': (_, response) => response.end('odd'),
  '/repo/flaky': (request, response) => {
    response.statusCode = seen.filter((url) => url === request.url).length < 3 ? 503 : 200;
    response.end('at last');
  },
  '/repo/forbidden': (_, response) => response.writeHead(403).end(),
  '/repo/broken-off': (_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('half');
    setTimeout(() => response.destroy(), 20);
  },
};
const server = createServer((request, response) => {
  const url = request.url ?? '';
  seen.push(url);
  const answer = answers[url] ?? ((_, missing) => missing.writeHead(404).end());
  answer(request, response);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
after(() => server.close());
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const source = new HttpSource(`${origin}/repo/`);

const failsWith = (code: string, pattern: RegExp) => (error: unknown) =>
  error instanceof DepotError && error.code === code && pattern.test(error.message);

test('files are read below the URL, odd names included', async () => {
  assert.equal((await source.read('good', 100)).toString(), 'good');
  assert.equal((await source.read('odd näme?', 100)).toString(), 'odd');
});

test('a server that is busy is asked again', async () => {
  assert.equal((await source.read('flaky', 100)).toString(), 'at last');
});

test('a missing file is not found, at once and by its URL', async () => {
  await assert.rejects(
    source.read('none', 100),
    failsWith('not-found', /repo\/none: the server answered 404/),
  );
  assert.equal(seen.filter((url) => url === '/repo/none').length, 1);
  await assert.rejects(source.read('forbidden', 100), failsWith('not-found', /403/));
});

test('an answer longer than expected is cut off', async () => {
  await assert.rejects(source.read('good', 3), failsWith('bad-format', /longer than the 3 bytes/));
});

test('a transfer that breaks off is an error, not a short file', async () => {
  await assert.rejects(source.read('broken-off', 10_000), failsWith('unreachable', /broke off/));
});

test('a server that is not there is unreachable, with the reason', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => gone.once('listening', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const source = new HttpSource(`http://127.0.0.1:${port}`);
  await assert.rejects(source.read('x', 1), failsWith('unreachable', /ECONNREFUSED/));
});
