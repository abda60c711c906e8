import api from 'undici/lib/api/index.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import createRedirectInterceptor from 'undici/lib/interceptor/redirect.js';
import { DepotError } from '../format/index.js';

// As undici's own index does it.
Object.assign(Dispatcher.prototype, api);

/** Milliseconds to reach a server, and without a byte from it, after which it counts as away. */
const CONNECT_TIMEOUT = 10_000;
const SILENCE_TIMEOUT = 30_000;
const MAX_REDIRECTIONS = 5;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: AsyncIterable<Buffer> & { destroy(): unknown };
}

/**
 * Asks web servers, through the proxy that http_proxy, https_proxy and no_proxy name. Plain HTTP goes through it as such,
 * not through a tunnel, so that it can keep for the next node what it has fetched for one.
 */
export class HttpClient {
  readonly #dispatcher: Dispatcher;

  /** @throws DepotError `usage` for a variable that is no URL */
  constructor(env: NodeJS.ProcessEnv) {
    const [httpProxy, httpsProxy] = [proxyOf(env, 'http_proxy'), proxyOf(env, 'https_proxy')];
    const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
    const agent = new EnvHttpProxyAgent({
      // An empty one is given, too: undici would look into the environment of the process.
      ...{ httpProxy, httpsProxy, noProxy, proxyTunnel: false },
      connect: { timeout: CONNECT_TIMEOUT },
      ...{ headersTimeout: SILENCE_TIMEOUT, bodyTimeout: SILENCE_TIMEOUT },
    });
    this.#dispatcher = agent.compose(createRedirectInterceptor({ maxRedirections: MAX_REDIRECTIONS }));
  }

  /** @throws undici's and system errors when there is no answer */
  async get(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const { origin, pathname, search } = new URL(url);
    const request = { origin, path: pathname + search, method: 'GET' as const, headers };
    const { statusCode, headers: answered, body } = await this.#dispatcher.request(request);
    // Whoever reads it is told of errors; of one that is let go, nobody needs to be.
    body.on('error', () => undefined);
    return { status: statusCode, headers: answered, body };
  }
}

/** As curl takes it: without a scheme, it is an HTTP proxy. */
function proxyOf(env: NodeJS.ProcessEnv, name: 'http_proxy' | 'https_proxy'): string {
  const value = env[name] ?? env[name.toUpperCase()] ?? '';
  const url = value === '' || value.includes('://') ? value : `http://${value}`;
  if (url === '' || (URL.canParse(url) && /^https?:/.test(url))) return url;
  throw new DepotError('usage', `${name}: expected a proxy as http://proxy.example.org:3128, got '${value}'`);
}
