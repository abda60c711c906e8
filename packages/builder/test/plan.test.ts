import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { digestOf, renderJson } from '@depotcast/hydrator/format';
import type { JuliaFacts } from '../src/julia/facts.js';
import { planBuild } from '../src/plan/plan-build.js';
import type { PlannedEnvironment } from '../src/plan/planned-environment.js';
import { parseSpec } from '../src/spec/parse.js';
import type { Spec } from '../src/spec/spec.js';

const JULIA: JuliaFacts = {
  version: '1.5.3',
  arch: 'x86_64',
  bindir: '/usr/bin',
  stdlib: '/usr/share/julia/stdlib/v1.5',
  sysimage: '/usr/lib/julia/sys.so',
  sysimageBytes: 100e6,
  libraries: ['/usr/lib/libjulia.so.1'],
  identity: digestOf('julia'),
};

const ENVIRONMENT: PlannedEnvironment = {
  name: 'jets',
  sources: { tree: digestOf('sources'), bytes: 1e6, environments: ['jets'] },
  shared: [],
  artifacts: [],
  buildOutputs: [],
  manifest: [
    { name: 'A', uuid: '11111111-1111-1111-1111-111111111111', version: '1.0.0', tree: 'a'.repeat(40) },
  ],
  imagePackages: [{ name: 'A', uuid: '11111111-1111-1111-1111-111111111111' }],
  workload: digestOf('workload'),
  recorded: undefined,
};

function specWith(changes: Partial<Spec> = {}): Spec {
  const text = `name = "jets"
version = "1.0"
prefix = "/cvmfs/jets.example.org"
targets = ["x86-64", "x86-64-v3", "aarch64"]
[[environment]]
name = "jets"
`;
  const { spec } = parseSpec(text, '/site/spec.toml', (path) => path);
  assert.ok(spec);
  return { ...spec, ...changes };
}

const plan = (changes: Partial<Spec> = {}, julia: JuliaFacts = JULIA, environment = ENVIRONMENT) =>
  planBuild(specWith(changes), julia, [environment]);

/** Ids of the stages that compile. */
const compiling = (made: ReturnType<typeof plan>) =>
  made.stages.filter(({ kind }) => kind === 'caches' || kind === 'sysimage').map(({ id }) => id);

test('the golden plan is made to the byte: ids of layers must not change by accident', () => {
  const file = new URL('../../test/golden/plan.json', import.meta.url);
  assert.equal(renderJson(plan()), readFileSync(file, 'utf8'));
});

test('every stage comes after those that it needs', () => {
  for (const julia of [JULIA, { ...JULIA, version: '1.11.0' }]) {
    const { stages } = plan({}, julia);
    for (const [index, stage] of stages.entries()) {
      const earlier = stages.slice(0, index).map(({ id }) => id);
      assert.deepEqual(
        stage.needs.filter((id) => !earlier.includes(id)),
        [],
        stage.id,
      );
    }
    assert.equal(new Set(stages.map(({ id }) => id)).size, stages.length);
  }
});

test('caches without machine code are shared between targets; from 1.9 on each target has its own', () => {
  const caches = (version: string) =>
    plan({}, { ...JULIA, version }).stages.filter(
      (stage) => stage.kind === 'caches' && stage.sysimage === null,
    );
  assert.equal(caches('1.8.5').length, 1);
  assert.equal(caches('1.9.0').length, 2);
});

test('one trace serves all targets', () => {
  assert.equal(plan().stages.filter(({ kind }) => kind === 'trace').length, 1);
});

test('without a workload nothing is traced', () => {
  const { stages } = plan({}, JULIA, { ...ENVIRONMENT, workload: undefined });
  assert.equal(stages.filter(({ kind }) => kind === 'trace').length, 0);
});

test('targets for another architecture are left to another host', () => {
  const { skipped, images } = plan();
  assert.deepEqual(skipped, [{ target: 'aarch64', reason: 'is for aarch64, and this Julia is for x86_64' }]);
  assert.deepEqual([...new Set(images.map(({ target }) => target))], ['x86-64', 'x86-64-v3']);
  const arm = specWith().targets.filter(({ arch }) => arch === 'aarch64');
  assert.throws(() => plan({ targets: arm }), { code: 'bad-spec', message: /can build none/ });
});

test('a target that this Julia would take for something else is refused before anything is compiled', () => {
  const [, v3] = specWith().targets;
  assert.ok(v3);
  const spelled = (cpuTarget: string) => [{ ...v3, julia: [{ since: '1.0', cpuTarget }] }];
  assert.throws(() => plan({ targets: spelled('x86-64-v3') }), {
    code: 'bad-spec',
    message: /^\/site\/spec\.toml: target x86-64-v3: Julia 1\.5\.3 does not know the CPU 'x86-64-v3'/,
    hint: /write "haswell,-rdrnd/,
  });
  assert.throws(() => plan({}, { ...JULIA, version: '1.14.0' }), { code: 'bad-spec', message: /read back/ });
});

test('layers of targets that differ in requirements only are the same, those of other strings are not', () => {
  const [, v3] = specWith().targets;
  assert.ok(v3);
  const raised = { ...v3, requires: [...v3.requires, 'aes'], raised: ['aes'] };
  const ids = (target: typeof v3) => compiling(plan({ targets: [target] }));
  assert.deepEqual(ids(raised), ids({ ...v3, raised: [] }));
  const other = [{ since: '1.0', cpuTarget: 'haswell,aes,-rdrnd,-xsaveopt,-pclmul,-fsgsbase' }];
  assert.notDeepEqual(ids({ ...raised, raised: [], julia: other }), ids(raised));
  assert.ok(plan({ targets: [raised] }).images.every(({ requires }) => requires.includes('aes')));
});

test('only the images that a spec asks for are in the plan', () => {
  const [environment] = specWith().environments;
  assert.ok(environment);
  const starts = (wanted: typeof environment.starts) =>
    plan({ environments: [{ ...environment, starts: wanted }] }).images.map(({ start }) => start);
  assert.deepEqual(starts(['caches']), ['caches', 'caches']);
  assert.deepEqual(starts(['sysimage']), ['sysimage', 'sysimage']);
});

test('whatever changes what is compiled changes its ids, and nothing else does', () => {
  const ids = compiling(plan());
  const changed: readonly [string, ReturnType<typeof plan>][] = [
    ['prefix', plan({ prefix: '/other' })],
    ['flags', plan({ compile: { optLevel: 3, checkBounds: undefined } })],
    ['Julia', plan({}, { ...JULIA, identity: digestOf('another julia') })],
    [
      'sources',
      plan({}, JULIA, {
        ...ENVIRONMENT,
        sources: { ...ENVIRONMENT.sources, tree: digestOf('other sources') },
      }),
    ],
  ];
  for (const [what, other] of changed) {
    assert.deepEqual(
      compiling(other).filter((id) => ids.includes(id)),
      [],
      what,
    );
  }
  assert.deepEqual(compiling(plan({ name: 'renamed', version: '2', linker: ['ld'] })), ids);
});

test('from Julia 1.11 on nothing depends on the prefix', () => {
  const julia = { ...JULIA, version: '1.11.0' };
  assert.deepEqual(compiling(plan({ prefix: '/other' }, julia)), compiling(plan({}, julia)));
  assert.equal(plan({}, julia).pathBound, false);
});

test('the sources layer depends on the sources alone, so that hosts of all architectures agree on it', () => {
  const sources = (made: ReturnType<typeof plan>) =>
    made.environments.map((environment) => environment.sources);
  const arm: JuliaFacts = { ...JULIA, arch: 'aarch64', identity: digestOf('arm'), version: '1.10.8' };
  assert.deepEqual(sources(plan({ prefix: '/other' }, arm)), sources(plan()));
});

test('Julia itself is a layer on which everything that is compiled depends', () => {
  const runtime = { tree: digestOf('runtime'), bytes: 5e8 };
  const made = planBuild(specWith(), JULIA, [ENVIRONMENT], runtime);
  const [first] = made.stages;
  assert.equal(first?.kind, 'runtime');
  for (const { runtime: layer } of made.images) assert.equal(layer, first.id);
  for (const stage of made.stages.filter(({ kind }) => kind === 'caches')) {
    assert.ok(stage.needs.includes(first.id));
  }
  const without = compiling(plan());
  assert.deepEqual(
    compiling(made).filter((id) => without.includes(id)),
    [],
  );
  const other = planBuild(specWith(), JULIA, [ENVIRONMENT], { ...runtime, tree: digestOf('other') });
  assert.notDeepEqual(compiling(other), compiling(made));
  assert.ok(Math.abs(made.disk.bundle - plan().disk.bundle - runtime.bytes) <= 1, 'but for rounding');
});
