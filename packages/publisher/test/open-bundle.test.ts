import assert from 'node:assert/strict';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Bundle, BUNDLE_FILE, bundleListingPath, renderJson } from '@depotcast/hydrator/format';
import { openBundle } from '../src/bundle/open-bundle.js';
import { writeBundle } from './bundle-fixture.js';
import { scratch } from './repository-fixture.js';

type Damage = (directory: string, bundle: Bundle) => Promise<void>;

const rewrite =
  (change: (bundle: Bundle) => unknown): Damage =>
  (directory, bundle) =>
    writeFile(join(directory, BUNDLE_FILE), renderJson(change(bundle)));

describe('a bundle is refused', () => {
  const cases: [string, Damage, string, RegExp][] = [
    ['without its manifest', (directory) => rm(join(directory, BUNDLE_FILE)), 'not-found', /bundle\.json/],
    [
      'of another format',
      rewrite((bundle) => ({ ...bundle, format: 'depotcast-bundle/9' })),
      'bad-format',
      /format/,
    ],
    [
      'whose listing was changed',
      (directory, { layers }) =>
        appendFile(join(directory, bundleListingPath(layers[0] ?? fail())), 'd\tx\n'),
      'bad-digest',
      /expected tree digest/,
    ],
    [
      'whose image names a layer that it does not hold',
      rewrite((bundle) => ({ ...bundle, layers: bundle.layers.slice(0, 1) })),
      'bad-format',
      /named but not listed/,
    ],
    [
      'that lists a layer twice',
      rewrite((bundle) => ({ ...bundle, layers: [...bundle.layers, ...bundle.layers] })),
      'bad-format',
      /listed twice/,
    ],
  ];
  for (const [name, damage, code, message] of cases) {
    test(name, async (context) => {
      const directory = join(await scratch(context), 'bundle');
      await damage(directory, await writeBundle(directory));
      await assert.rejects(openBundle(directory), { code, message });
    });
  }
});

test('an intact bundle opens with its listings', async (context) => {
  const directory = join(await scratch(context), 'bundle');
  const written = await writeBundle(directory);
  const { manifest, layers } = await openBundle(directory);
  assert.deepEqual(manifest, written);
  assert.ok(
    layers.every(({ listing, files }) => listing.filter(({ type }) => type === 'file').length === files),
  );
  assert.ok((await readFile(layers[0]?.tar ?? fail())).length > 0);
});

function fail(): never {
  throw new Error('the fixture has no layers');
}
