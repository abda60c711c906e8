// Bundles a program to one file: it starts faster than from hundreds, and a node needs no package folder for it.
// usage, in the package's folder: node ../../tools/bundle.mjs ENTRY OUTFILE [PACKAGE TO LEAVE OUT ...]
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

const [entry = '', outfile = '', ...external] = process.argv.slice(2);

await build({
  entryPoints: [entry],
  outfile,
  external,
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
