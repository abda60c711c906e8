import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
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
const WHOLE = randomBytes(300_000);
answers['/repo/interrupted'] = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const part = WHOLE.subarray(from, from + 100_000);
  const headers = { 'content-length': `${WHOLE.length - from}` };
  const range = { 'content-range': `bytes ${from}-${WHOLE.length - 1}/${WHOLE.length}` };
  response.writeHead(from === 0 ? 200 : 206, from === 0 ? headers : { ...headers, ...range });
  response.write(part);
  if (from + part.length === WHOLE.length) response.end();
  else setTimeout(() => response.destroy(), 20);
};
answers['/repo/interrupted-once'] = (request, response) => {
  // Without ranges: it begins anew each time.
  response.writeHead(200, { 'content-length': `${WHOLE.length}` });
  if (seen.filter((url) => url === request.url).length > 1) response.end(WHOLE);
  else {
    response.write(WHOLE.subarray(0, 100_000));
    setTimeout(() => response.destroy(), 20);
  }
};
answers['/repo/moved'] = (_, response) => response.writeHead(302, { location: '/repo/good' }).end();
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

test('a transfer that breaks off goes on at the next byte, or from the start where a server knows no ranges', async () => {
  for (const path of ['interrupted', 'interrupted-once']) {
    assert.ok(WHOLE.equals(await source.read(path, WHOLE.length)), path);
  }
  assert.equal(seen.filter((url) => url === '/repo/interrupted').length, 3);
});

test('a redirection is followed', async () => {
  assert.equal((await source.read('moved', 100)).toString(), 'good');
});

test('a transfer that breaks off, not a short file', async () => {
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

test('a source that has others behind it is asked once', async () => {
  const before = seen.length;
  const dispensable = new HttpSource(`${origin}/repo`, { isDispensable: true });
  answers['/repo/away'] = (_, response) => response.writeHead(503).end();
  await assert.rejects(dispensable.read('away', 1), failsWith('unreachable', /503/));
  assert.equal(seen.length, before + 1);
});

describe('a proxy', () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('by proxy');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ''}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  const start = async (): Promise<string> => {
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  };
  const address = start();
  after(() => proxy.close());
  const read = (url: string, env: NodeJS.ProcessEnv): Promise<string> =>
    new HttpSource(url, { env, isDispensable: true }).read('x', 100).then(String);

  test('that http_proxy names is asked for plain HTTP as such, so that it can cache', async () => {
    for (const http_proxy of [`http://${await address}`, await address]) {
      assert.equal(await read('http://repo.example.org', { http_proxy }), 'by proxy');
      assert.equal(asked.at(-1), 'http://repo.example.org/x');
    }
    assert.equal(await read('http://repo.example.org', { HTTP_PROXY: await address }), 'by proxy');
  });

  test('that https_proxy names is asked for a tunnel', async () => {
    const env = { https_proxy: await address };
    await assert.rejects(read('https://repo.example.org', env), failsWith('unreachable', /403/));
    assert.equal(asked.at(-1), 'CONNECT repo.example.org:443');
  });

  test('is left out for hosts that no_proxy names', async () => {
    const before = asked.length;
    const env = { http_proxy: await address, no_proxy: 'example.com,127.0.0.1' };
    assert.equal(String(await new HttpSource(`${origin}/repo`, { env }).read('good', 100)), 'good');
    assert.equal(asked.length, before);
  });

  test('whose variable is no URL is an error that names the variable', async () => {
    await assert.rejects(
      read('http://repo.example.org', { http_proxy: 'socks5://x' }),
      failsWith('usage', /^http_proxy: .*'socks5:\/\/x'/),
    );
  });
});
