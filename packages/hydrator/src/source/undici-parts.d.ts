// The parts of undici that are used, one by one: the whole of it would make the node's program half as large again.

declare module 'undici/lib/api/index.js' {
  const api: object;
  export = api;
}

declare module 'undici/lib/dispatcher/dispatcher.js' {
  import { Dispatcher } from 'undici';
  export = Dispatcher;
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  import { EnvHttpProxyAgent } from 'undici';
  export = EnvHttpProxyAgent;
}

declare module 'undici/lib/interceptor/redirect.js' {
  import type { interceptors } from 'undici';
  const createRedirectInterceptor: typeof interceptors.redirect;
  export = createRedirectInterceptor;
}
