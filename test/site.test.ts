/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseBundle, renderJson, TARGETS } from '@depotcast/hydrator/format';
import { chromiumMissing, startChromium, watch } from './support/chromium.js';
import { writeFakeBundle } from './support/fake-bundle.js';
import { nginxMissing, serve } from './support/nginx.js';
import { run, succeed } from './support/programs.js';
import { initRepository, publish } from './support/repository.js';
import { temporaryDirectory } from './support/temporary.js';

/** Kept for people to look at. */
const SCREENSHOTS = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url));
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };
const HOSTILE = '1.0<script>console.error("ran")</script>&"\'';
const MIB = 1 << 20;

const scratch = await temporaryDirectory();
const prefix = '/cvmfs/julia.example.org';
const repo = await initRepository(scratch, prefix);
const page = join(repo.path, 'index.html');

/** What two releases share, and what they do not. */
const images = new Map(TARGETS.map(({ name }, index) => [name, randomBytes((index + 1) * MIB)]));

async function publishRelease(name: string, channel: string, targets: readonly string[]): Promise<void> {
  const bundle = join(scratch, name);
  await writeFakeBundle(bundle, {
    prefix,
    sources: { 'packages/of': name },
    images: Object.fromEntries(targets.map((target) => [target, images.get(target) ?? ''])),
  });
  const file = join(bundle, 'bundle.json');
  const written = parseBundle(await readFile(file, 'utf8'), file);
  const packages = PACKAGES.map((called, index) => ({
    name: called,
    uuid: `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
    ...{ version: `1.${index}.0`, tree: null },
  }));
  const environments = written.environments.map((environment) => ({ ...environment, packages }));
  await writeFile(file, renderJson({ ...written, version: HOSTILE, environments }));
  await publish(repo, bundle, name, channel);
}

const PACKAGES = [
  'Arrow',
  'BenchmarkTools',
  'CairoMakie',
  'CSV',
  'DataFrames',
  'DifferentialEquations',
  'FFTW',
  'FHist',
].concat([
  'JetReconstruction',
  'LorentzVectorHEP',
  'Plots',
  'StaticArrays',
  'StatsBase',
  'Unitful',
  'UnROOT',
  'Zygote',
]);

await publishRelease('2026.1', 'prod', ['x86-64', 'x86-64-v3']);
await succeed('depot-publish', ['site', repo.path]);
await publishRelease('2026.2', 'prod', ['x86-64', 'x86-64-v3', 'x86-64-v4', 'neoverse-n1']);
await publishRelease('2026.3-a-release-with-a-very-long-name-that-has-no-place-to-break', 'test', [
  ...['x86-64', 'x86-64-v2', 'x86-64-v3'],
]);

const readPage = () => readFile(page, 'utf8');

test('a page that was asked for once is kept up to date by what changes the repository', async () => {
  assert.match(await readPage(), /2026\.3-a-release/);
  const { entries } = JSON.parse(await succeed('depot-publish', ['log', repo.path, 'prod', '--json'])) as {
    entries: { release: string }[];
  };
  await succeed('depot-publish', ['rollback', repo.path, 'prod', entries[0]?.release ?? '']);
  assert.match(await readPage(), /back to <a href="#release-[0-9a-f]{64}">2026\.1/);
  await succeed('depot-publish', ['rollback', repo.path, 'prod', entries[1]?.release ?? '']);
});

test('a mirror has no page, or one of its own', async () => {
  const mirror = join(scratch, 'mirror');
  const update = () => succeed('depot-publish', ['mirror', repo.path, mirror, '--root', repo.root]);
  await update();
  await assert.rejects(readFile(join(mirror, 'index.html')), { code: 'ENOENT' });
  await succeed('depot-publish', ['site', mirror, '--root', repo.root]);
  await succeed('depot-publish', ['refresh', repo.path]);
  await update();
  const version = (html: string) => /timestamp (\d+)</.exec(html)?.[1];
  assert.equal(version(await readFile(join(mirror, 'index.html'), 'utf8')), version(await readPage()));
});

test('a page of someone else is not lost', async () => {
  const mine = await readPage();
  await writeFile(page, '<h1>ours</h1>');
  const outcome = await run('depot-publish', ['site', repo.path]);
  assert.deepEqual([outcome.code, /was not written by depot-publish site/.test(outcome.stderr)], [2, true]);
  await succeed('depot-publish', ['refresh', repo.path]);
  assert.equal(await readPage(), '<h1>ours</h1>');
  await writeFile(page, mine);
});

test('what a spec says cannot become part of the page', async () => {
  const html = await readPage();
  assert.doesNotMatch(html, /<script/i);
  assert.ok(html.includes('1.0&lt;script&gt;console.error(&quot;ran&quot;)&lt;/script&gt;&amp;&quot;&#39;'));
});

const browserMissing = chromiumMissing || nginxMissing;
const url = browserMissing === false ? await serve(repo.path, scratch) : '';
const browser = browserMissing === false ? await startChromium() : undefined;
await rm(SCREENSHOTS, { recursive: true, force: true });

describe('in a browser', { skip: browserMissing }, () => {
  async function look(viewport: typeof PHONE, colorScheme: 'light' | 'dark') {
    assert.ok(browser);
    const page = await browser.newPage({ viewport, colorScheme });
    const seen = watch(page);
    await page.goto(url);
    return { page, seen };
  }

  test('it says nothing to the console, runs nothing, and asks for nothing but itself', async () => {
    const { page, seen } = await look(DESK, 'light');
    assert.equal(await page.title(), 'test.example.org');
    assert.deepEqual(seen, { complaints: [], requests: [`${url}/`] });
  });

  test('every link leads somewhere', async () => {
    const { page } = await look(DESK, 'light');
    const links = await page.$$eval('a', (found) => found.map((link) => link.getAttribute('href') ?? ''));
    assert.ok(links.length > 10);
    for (const link of new Set(links)) {
      if (link.startsWith('#')) assert.equal(await page.locator(`[id="${link.slice(1)}"]`).count(), 1, link);
      else assert.equal((await fetch(`${url}/${link}`)).status, 200, link);
    }
  });

  for (const [name, viewport] of [
    ['phone', PHONE],
    ['desk', DESK],
  ] as const) {
    test(`on a ${name} nothing is wider than the screen, with everything opened`, async () => {
      const { page } = await look(viewport, 'light');
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-light.png`), fullPage: true });
      await page.$$eval('details', (found) => {
        for (const details of found) details.open = true;
      });
      const wide = await page.$$eval(
        'body *',
        (found, width) =>
          found
            .filter((element) => element.getBoundingClientRect().right > width + 1)
            .map((e) => e.outerHTML),
        viewport.width,
      );
      assert.deepEqual(wide, []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-light-open.png`), fullPage: true });
    });
  }

  test('it is dark where readers want it dark, and legible in both', async () => {
    const backgrounds = new Set<string>();
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await look(DESK, scheme);
      await page.screenshot({ path: join(SCREENSHOTS, `desk-${scheme}.png`), fullPage: true });
      const colours = await page.evaluate(() => {
        const { backgroundColor, color } = getComputedStyle(document.body);
        const link = document.querySelector('a');
        return {
          background: backgroundColor,
          text: color,
          link: link === null ? '' : getComputedStyle(link).color,
        };
      });
      backgrounds.add(colours.background);
      assert.ok(contrast(colours.background, colours.text) >= 7, scheme);
      assert.ok(contrast(colours.background, colours.link) >= 4.5, scheme);
    }
    assert.equal(backgrounds.size, 2);
  });
});

/** Contrast ratio of WCAG 2.1 between two colours as `rgb(r, g, b)`, 1 to 21. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
