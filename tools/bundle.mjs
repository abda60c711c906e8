// Bundles the hydrator to one file, so that a node opens one file and needs no package folder.
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const outfile = fileURLToPath(new URL('dist/depot-hydrate.mjs', import.meta.url));

await build({
  entryPoints: [fileURLToPath(new URL('dist/src/cli.js', import.meta.url))],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'eof',
  banner: {
    // CommonJS packages inside an ES module still ask for `require`.
    js: [
      '#!/usr/bin/env node',
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url);',
    ].join('\n'),
  },
});
await chmod(outfile, 0o755);
