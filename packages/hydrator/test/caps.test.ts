import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { DepotError, parseRelease, TARGETS } from '../src/format/index.js';
import { type Caps, parseCaps } from '../src/host/caps.js';
import { isHostPattern, matchesHost } from '../src/host/host-pattern.js';
import { quote } from '../src/launch/quote.js';
import { applyCaps } from '../src/select/apply-caps.js';
import { capLevels } from '../src/select/cap-levels.js';
import { describeRefusal, selectImage } from '../src/select/select-image.js';
import { generateCases } from './generate-cases.js';
import { golden } from './golden.js';

const FILE = '/etc/depotcast.toml';
const cap = (hosts: string, target: string, before = ''): string =>
  `${before}[[cap]]\nhosts = "${hosts}"\ntarget = "${target}"\n`;

test('a file of caps is read with the place of each target', () => {
  const text = `# our login nodes\n\n${cap('login*', 'x86-64-v3')}${cap('gpu-0[0-9]', 'x86-64-v2')}`;
  assert.deepEqual(parseCaps(text, FILE).caps, [
    { hosts: 'login*', target: 'x86-64-v3', line: 5 },
    { hosts: 'gpu-0[0-9]', target: 'x86-64-v2', line: 8 },
  ]);
});

test('a quota is read in bytes, whatever its unit', () => {
  const quotas = { '0': 0, '1500': 1500, '1.5 kB': 1500, '50GB': 50e9, '2 TiB': 2 * 2 ** 40 };
  for (const [text, bytes] of Object.entries(quotas)) {
    const { quota, caps } = parseCaps(
      `${cap('a', 'b')}[cache]\nquota = "${text}" # all repositories\n`,
      FILE,
    );
    assert.deepEqual([quota, caps.length], [bytes, 1]);
  }
  assert.equal(parseCaps('[cache]\n', FILE).quota, undefined);
});

const REFUSED: readonly [what: string, text: string, message: RegExp][] = [
  ['a value in single quotes', "[[cap]]\nhosts = 'a'\n", /:2: expected \[\[cap\]\], hosts = /],
  ['a multi-line string', '[[cap]]\nhosts = """\na"""\n', /:2: expected/],
  ['an escape', '[[cap]]\nhosts = "\\u0041"\n', /:2: expected/],
  ['a dotted key', 'cap.hosts = "a"\n', /:1: expected/],
  ['an inline table', 'cap = [{ hosts = "a", target = "b" }]\n', /:1: expected/],
  ['a table that is no array', '[cap]\n', /:1: expected/],
  ['an unknown key', `${cap('a', 'b')}because = "c"\n`, /:4: expected/],
  ['a key before the first cap', '\nhosts = "a"\n', /:2: hosts stands outside of a \[\[cap\]\]/],
  ['a cap’s key in [cache]', '[cache]\nhosts = "a"\n', /:2: hosts stands outside/],
  ['a quota in a cap', `${cap('a', 'b')}quota = "1 GB"\n`, /:4: quota stands outside of a \[cache\]/],
  ['a second cache', '[cache]\n[cache]\n', /:2: a second \[cache\]/],
  ['a second quota', '[cache]\nquota = "1 GB"\nquota = "1 GB"\n', /:3: a second quota/],
  ['a quota that is no size', '[cache]\nquota = "50 gigs"\n', /:2: expected a size/],
  ['a second pattern', '[[cap]]\nhosts = "a"\nhosts = "b"\n', /:3: a second hosts/],
  ['a cap without a target', `[[cap]]\nhosts = "a"\n${cap('a', 'b')}`, /:1: this \[\[cap\]\] has no target/],
  ['a cap without hosts', `${cap('a', 'b')}[[cap]]\ntarget = "b"\n`, /:4: this \[\[cap\]\] has no hosts/],
  ['a pattern with a shell’s specials', cap('$(id)', 'b'), /:2: expected a pattern/],
  ['a range that goes down', cap('[9-0]', 'b'), /:2: expected a pattern/],
  ['an open set', cap('[a', 'b'), /:2: expected a pattern/],
  ['a target that is no name', cap('a', '../b'), /:3: expected the name of a target/],
  ['a file of zeros, as a crash leaves it', '\0\0\0\0', /:1: expected/],
];
for (const [what, text, message] of REFUSED) {
  test(`${what} is refused with file and line`, () => {
    assert.throws(
      () => parseCaps(text, FILE),
      (error) =>
        error instanceof DepotError &&
        error.exitCode === 2 &&
        error.message.startsWith(FILE) &&
        message.test(error.message) &&
        error.hint !== undefined,
    );
  });
}

test('what is read as caps is TOML, and a TOML reader gets the same', () => {
  const texts = generateCases(3000).flatMap(({ config }) => config ?? []);
  let read = 0;
  for (const text of texts) {
    let caps: Caps['caps'];
    try {
      ({ caps } = parseCaps(text, FILE));
    } catch (error) {
      assert.ok(error instanceof DepotError);
      continue;
    }
    read++;
    const expected = caps.map(({ hosts, target }) => ({ hosts, target }));
    assert.deepEqual(JSON.parse(JSON.stringify(parse(text).cap ?? [])), expected, text);
  }
  assert.ok(read > 500, `${read} of ${texts.length} were read`);
});

test('a pattern matches as it would in a shell, against the whole name and its first label', () => {
  const part = fc.constantFrom('*', '?', 'a', '1', '-', '.', '[a-c]', '[!0-5x]', '[1]', 'login', '_');
  const patterns = fc.sample(
    fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
    { numRuns: 300, seed: 1 },
  );
  const names = ['a', 'login1', 'login.a', 'a-1', 'b1.x.y', 'c', '1', 'a1b', '-', 'loginx', 'a_'];
  const pairs = patterns.flatMap((pattern) => names.map((name) => ({ pattern, name })));
  const lines = pairs.map(({ pattern, name }) => {
    const label = name.replace(/\..*/, '');
    return `case ${quote(name)} in ${pattern}) echo yes;; *) case ${quote(label)} in ${pattern}) echo yes;; *) echo no;; esac;; esac`;
  });
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const answers = execFileSync('sh', [], { input: lines.join('\n'), env, encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const [index, { pattern, name }] of pairs.entries()) {
    assert.ok(isHostPattern(pattern), pattern);
    assert.equal(matchesHost(pattern, name) ? 'yes' : 'no', answers[index], `${pattern} and ${name}`);
  }
});

const template = parseRelease(golden('release.json'), 'release.json');
const [prototype] = template.images;
assert.ok(prototype);
const images = [
  ...TARGETS.map(({ name, arch, requires }) => ({
    ...prototype,
    arch,
    target: name,
    requires: [...requires],
  })),
  { ...prototype, target: 'our-gpu-nodes', requires: ['sse2', 'avx2', 'vaes'] },
];
const release = { ...template, images };
const featuresOf = (...names: readonly string[]): Set<string> =>
  new Set(TARGETS.filter(({ name }) => names.includes(name)).flatMap(({ requires }) => requires));
const strong = { arch: 'x86_64', features: featuresOf('x86-64-v4'), warnings: [] };

test('a capped host counts as having no more than the target of the cap, and is told so', () => {
  const capped = applyCaps(
    strong,
    'login2.example.org',
    parseCaps(cap('login*', 'x86-64-v2'), FILE),
    capLevels(images),
  );
  assert.deepEqual(capped.features, featuresOf('x86-64-v2'));
  const { chosen, candidates } = selectImage(release, capped);
  assert.equal(chosen?.target, 'x86-64-v2');
  const v3 = candidates.find(({ image }) => image.target === 'x86-64-v3');
  assert.ok(v3);
  assert.equal(
    describeRefusal(v3),
    'missing abm avx avx2 bmi1 bmi2 f16c fma movbe xsave (capped at x86-64-v2 by /etc/depotcast.toml)',
  );
});

test('a refusal tells what the CPU lacks from what the cap takes away', () => {
  const landing = { ...strong, features: featuresOf('x86-64-v3').add('avx512f').add('avx512cd') };
  const capped = applyCaps(landing, 'a', parseCaps(cap('*', 'x86-64-v3'), FILE), capLevels(images));
  const v4 = selectImage(release, capped).candidates.find(({ image }) => image.target === 'x86-64-v4');
  assert.ok(v4);
  assert.equal(
    describeRefusal(v4),
    `missing avx512bw avx512dq avx512vl, and avx512cd avx512f (capped at x86-64-v3 by ${FILE})`,
  );
});

test('all caps of a host apply, and none of another host or of another architecture', () => {
  const levels = capLevels(images);
  const text = cap('*', 'x86-64-v3') + cap('b', 'x86-64') + cap('a', 'x86-64-v2') + cap('*', 'neoverse-n1');
  const capped = applyCaps(strong, 'a', parseCaps(text, FILE), levels);
  assert.deepEqual(capped.features, featuresOf('x86-64-v2'));
  assert.equal(capped.cap?.says, `capped at x86-64-v3 and x86-64-v2 by ${FILE}`);
  assert.deepEqual(applyCaps(strong, 'c', parseCaps(cap('a', 'x86-64'), FILE), levels), strong);
});

test('a target that only the release knows can be named, with all that its images need', () => {
  const host = { ...strong, features: new Set([...strong.features, 'vaes']) };
  const caps = parseCaps(cap('*', 'our-gpu-nodes'), FILE);
  assert.deepEqual(applyCaps(host, 'a', caps, capLevels(images)).features, new Set(['sse2', 'avx2', 'vaes']));
  assert.throws(
    () => applyCaps(host, 'a', caps, capLevels([])),
    (error) =>
      error instanceof DepotError &&
      error.exitCode === 2 &&
      error.message === `${FILE}:3: no target 'our-gpu-nodes' is known`,
  );
});
