import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DepotError, TARGETS } from '../src/format/index.js';
import { parseAllocation } from '../src/host/allocation.js';
import { commonHost } from '../src/host/common-host.js';
import { parseCaps } from '../src/host/caps.js';
import { applyCaps } from '../src/select/apply-caps.js';
import { capLevels } from '../src/select/cap-levels.js';
import { renderLogLine } from '../src/select/log-line.js';
import { describeRefusal, selectImage } from '../src/select/select-image.js';
import { levels, release } from './levels-release.js';

const node = (name: string, target: string, arch = 'x86_64') => ({
  name,
  host: {
    ...{ arch, warnings: [] },
    features: new Set(TARGETS.filter((known) => known.name === target).flatMap(({ requires }) => requires)),
  },
});

test('several nodes get the best image that all of them can run, and each refusal names the nodes', () => {
  const weak = ['n1', 'n2', 'n3', 'n4', 'n5'].map((name) => node(name, 'x86-64-v3'));
  const decision = selectImage(release, commonHost([node('n0', 'x86-64-v4'), ...weak]));
  assert.equal(decision.chosen?.target, 'x86-64-v3');
  const [v4] = decision.candidates;
  assert.ok(v4);
  const missing = ['avx512bw', 'avx512cd', 'avx512dq', 'avx512f', 'avx512vl'];
  assert.equal(describeRefusal(v4), `missing ${missing.join(' ')} on n1, n2, n3 and 2 more`);
  assert.deepEqual(
    v4.nodes,
    weak.map(({ name }) => ({ node: name, missing })),
  );
  assert.match(
    renderLogLine('r (1)', decision.chosen, decision),
    /passed over x86-64-v4: missing avx512bw avx512cd avx512dq \.\.\. on 5 nodes$/,
  );
});

test('a cap on one node caps the job, and is only blamed where every CPU could', () => {
  const caps = parseCaps('[[cap]]\nhosts = "n1"\ntarget = "x86-64-v2"\n', '/c.toml');
  const capped = (name: string, target: string) => {
    const { host } = node(name, target);
    return { name, host: applyCaps(host, name, caps, capLevels([])) };
  };
  const [v4, v3] = selectImage(
    release,
    commonHost([capped('n1', 'x86-64-v4'), capped('n2', 'x86-64-v3')]),
  ).candidates;
  assert.ok(v4 && v3);
  assert.match(describeRefusal(v3), /^missing abm .* xsave \(capped at x86-64-v2 by \/c\.toml\) on n1$/);
  assert.match(describeRefusal(v4), /^missing avx512bw .* avx512vl, and abm .* \(capped at .*\) on n1, n2$/);
});

test('nodes of different architectures have no image in common', () => {
  assert.throws(
    () => commonHost([node('a', 'x86-64'), node('b', 'aarch64', 'aarch64'), node('c', 'x86-64')]),
    (error) =>
      error instanceof DepotError &&
      error.exitCode === 3 &&
      error.message === 'no image runs on all nodes, which are x86_64 (a, c) and aarch64 (b)',
  );
});

test('what many nodes are warned of is said once', () => {
  const odd = ['a', 'b', 'c', 'd'].map((name) => {
    const { host } = node(name, 'x86-64');
    return { name, host: { ...host, warnings: ['odd'] } };
  });
  assert.deepEqual(commonHost(odd).warnings, ['odd (on a, b, c and 1 more)']);
});

test('the common image is one that each node could run by itself, and none stronger could be', () => {
  const target = fc.constantFrom(...levels.map(({ name }) => name));
  fc.assert(
    fc.property(fc.array(target, { minLength: 1, maxLength: 5 }), (names) => {
      const hosts = names.map((name, index) => node(`n${index}`, name));
      const ranks = names.map((name) => levels.findIndex((level) => level.name === name));
      const { chosen } = selectImage(release, commonHost(hosts));
      assert.equal(chosen?.target, levels[Math.min(...ranks)]?.name);
    }),
  );
});

test('lines of several nodes are told apart however Slurm mixes them', () => {
  const text = [
    'a banner of the site',
    'depotcast-node a machine x86_64',
    'depotcast-node b machine x86_64',
    'depotcast-node b flags\t\t: sse2 avx',
    'depotcast-node a flags\t\t: sse2 avx avx2',
    'depotcast-node a flags\t\t: sse2 avx2',
    'depotcast-node a end',
    'depotcast-node b end',
    '',
  ].join('\n');
  const nodes = parseAllocation(text, 2).map(({ name, host }) => [name, [...host.features].sort().join(' ')]);
  assert.deepEqual(nodes, [
    ['a', 'avx2 sse2'],
    ['b', 'avx sse2'],
  ]);
  assert.throws(
    () => parseAllocation(text.replace('depotcast-node b end', ''), 2),
    (error) => error instanceof DepotError && error.exitCode === 5 && /1 of 2 nodes/.test(error.message),
  );
});
