import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DepotError } from '../format/index.js';
import { readCapped } from './read-capped.js';
import type { Source } from './source.js';

/** Milliseconds before each further try after a network error or a 5xx answer. */
const RETRY_DELAYS = [200, 1000];
/** Milliseconds without an answer after which a request is given up. */
const ANSWER_TIMEOUT = 30_000;

/** A repository on a static web server. */
export class HttpSource implements Source {
  readonly location: string;

  constructor(url: string) {
    this.location = url.replace(/\/+$/, '');
  }

  async read(path: string, maxBytes: number): Promise<Buffer> {
    return readCapped(await this.stream(path), maxBytes, this.#url(path));
  }

  async stream(path: string): Promise<Readable> {
    const url = this.#url(path);
    const response = await fetchWithRetries(url);
    if (response.body === null) throw new DepotError('unreachable', `${url}: the answer has no body`);
    return Readable.from(readBody(response.body, url), { objectMode: false });
  }

  #url(path: string): string {
    return `${this.location}/${path.split('/').map(encodeURIComponent).join('/')}`;
  }
}

async function fetchWithRetries(url: string): Promise<Response> {
  for (const delay of RETRY_DELAYS) {
    try {
      return await fetchOnce(url);
    } catch (error) {
      if (!(error instanceof DepotError) || error.code !== 'unreachable') throw error;
      await sleep(delay);
    }
  }
  return fetchOnce(url);
}

async function fetchOnce(url: string): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
  }, ANSWER_TIMEOUT);
  try {
    // Objects are stored compressed; a server that compresses once more would only cost time.
    const response = await fetch(url, { signal: abort.signal, headers: { 'accept-encoding': 'identity' } });
    if (response.ok) return response;
    await response.body?.cancel();
    const code = response.status === 404 || response.status === 403 ? 'not-found' : 'unreachable';
    throw new DepotError(code, `${url}: the server answered ${response.status} ${response.statusText}`);
  } catch (error) {
    if (error instanceof DepotError) throw error;
    throw new DepotError('unreachable', `${url}: ${describe(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function* readBody(body: AsyncIterable<Uint8Array>, url: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new DepotError('unreachable', `${url}: the transfer broke off: ${describe(cause)}`, { cause });
  }
}

/** `fetch` says only "fetch failed"; the reason is in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return `no answer within ${ANSWER_TIMEOUT / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
