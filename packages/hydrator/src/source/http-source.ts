import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DepotError } from '../format/index.js';
import type { Answer, HttpClient } from './http-client.js';
import { readCapped } from './read-capped.js';
import type { Source } from './source.js';

/** Milliseconds before each further try after a network error or a 5xx answer. */
const RETRY_DELAYS = [200, 1000];
/** Times that a file's transfer is taken up again where it broke off. */
const RESUMES = 3;

export interface HttpSourceOptions {
  /** Whether there is another copy to go to: then this one is asked only once. */
  readonly isDispensable?: boolean;
  /** For the proxy variables; the process's own unless given. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A repository on a static web server. */
export class HttpSource implements Source {
  readonly location: string;
  #client: Promise<HttpClient> | undefined;

  constructor(
    url: string,
    private readonly options: HttpSourceOptions = {},
  ) {
    this.location = url.replace(/\/+$/, '');
  }

  async read(path: string, maxBytes: number): Promise<Buffer> {
    return readCapped(await this.stream(path), maxBytes, this.#url(path));
  }

  async stream(path: string): Promise<Readable> {
    const url = this.#url(path);
    const answer = await this.#get(url);
    return Readable.from(this.#readBody(url, answer), { objectMode: false });
  }

  #url(path: string): string {
    return `${this.location}/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  async #get(url: string, from = 0): Promise<Answer> {
    for (const delay of this.options.isDispensable === true ? [] : RETRY_DELAYS) {
      try {
        return await this.#getOnce(url, from);
      } catch (error) {
        if (!(error instanceof DepotError) || error.code !== 'unreachable') throw error;
        await sleep(delay);
      }
    }
    return this.#getOnce(url, from);
  }

  async #getOnce(url: string, from: number): Promise<Answer> {
    // Loaded with the first request: most starts are from a mounted tree, and need none.
    this.#client ??= import('./http-client.js').then(
      ({ HttpClient }) => new HttpClient(this.options.env ?? process.env),
    );
    const client = await this.#client;
    // Objects are stored compressed; a server that compresses once more would only cost time.
    const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
    let answer: Answer;
    try {
      answer = await client.get(url, headers);
    } catch (error) {
      if (error instanceof DepotError) throw error;
      throw new DepotError('unreachable', `${url}: ${describe(error)}`, { cause: error });
    }
    if (answer.status === 200 || (answer.status === 206 && from > 0)) return answer;
    answer.body.destroy();
    const code = answer.status === 404 || answer.status === 403 ? 'not-found' : 'unreachable';
    throw new DepotError(code, `${url}: the server answered ${answer.status}`);
  }

  /** A transfer that breaks off goes on at the next byte. What comes together is verified by whoever reads it. */
  async *#readBody(url: string, first: Answer): AsyncGenerator<Buffer> {
    let answer = first;
    let done = 0;
    for (let resumes = 0; ; resumes++) {
      // A server that does not do ranges begins anew.
      let skipped = answer.status === 206 ? done : 0;
      try {
        for await (const chunk of answer.body) {
          const known = Math.min(chunk.length, done - skipped);
          skipped += known;
          if (known === chunk.length) continue;
          const fresh = chunk.subarray(known);
          done += fresh.length;
          skipped = done;
          yield fresh;
        }
        return;
      } catch (cause) {
        if (resumes === RESUMES) {
          throw new DepotError('unreachable', `${url}: the transfer broke off: ${describe(cause)}`, {
            cause,
          });
        }
      }
      answer = await this.#get(url, done);
      if (answer.status === 206 && !startsAt(answer, done)) {
        answer.body.destroy();
        throw new DepotError('unreachable', `${url}: the server sent another part than it was asked for`);
      }
    }
  }
}

function startsAt({ headers }: Answer, from: number): boolean {
  return String(headers['content-range'] ?? '').startsWith(`bytes ${from}-`);
}

/** Of an error for several addresses the message is empty. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '' } = error as NodeJS.ErrnoException;
  return error.message === '' ? code : error.message;
}
