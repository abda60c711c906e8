import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { juliaEnvironment } from '../src/julia/environment.js';
import { explain } from '../src/julia/explain.js';
import { parseFacts } from '../src/julia/facts.js';
import { compileFlags } from '../src/julia/features.js';
import { juliaString } from '../src/julia/literal.js';
import { refuseHidden } from '../src/julia/placement.js';
import { parseReplayOutput } from '../src/julia/scripts/replay-script.js';
import { renderSysimageScript } from '../src/julia/scripts/sysimage-script.js';
import {
  countByPackage,
  countStatements,
  mergeStatements,
  statementsInVain,
} from '../src/julia/statements.js';
import { linkCommand } from '../src/stages/link.js';

const SETTING = { depots: ['/w', '/c', '/s'], project: '/s/p', home: '/h' };

test('the environment of Julia up to 1.10 names every depot; later an empty entry stands for its own', () => {
  const old = juliaEnvironment({ ...SETTING, julia: { version: '1.5.3', bindir: '/usr/bin' } }, {});
  assert.equal(old['JULIA_DEPOT_PATH'], '/w:/c:/s:/usr/local/share/julia:/usr/share/julia');
  const later = juliaEnvironment({ ...SETTING, julia: { version: '1.11.2', bindir: '/usr/bin' } }, {});
  assert.equal(later['JULIA_DEPOT_PATH'], '/w:/c:/s:');
});

test("nothing of the admin's Julia settings reaches a build", () => {
  const host = {
    PATH: '/bin',
    JULIA_DEPOT_PATH: '/mine',
    JULIA_NUM_THREADS: '8',
    HOME: '/root',
    LANG: 'de_DE',
  };
  const env = juliaEnvironment({ ...SETTING, julia: { version: '1.5.3', bindir: '/usr/bin' } }, host);
  assert.equal(env['PATH'], '/bin');
  assert.equal(env['HOME'], '/h');
  assert.equal(env['LANG'], 'C.UTF-8');
  assert.equal(env['JULIA_NUM_THREADS'], undefined);
});

test('facts are picked from whatever else a launcher prints', () => {
  const answer = `warning: emulated\ndepotcast\tversion\t1.5.3\ndepotcast\tarch\tx86_64
depotcast\tbindir\t/usr/bin\ndepotcast\tstdlib\t/usr/share/julia/stdlib/v1.5\ndepotcast\tsysimage\t/l/sys.so
depotcast\tlibrary\t/l/libjulia.so.1\n`;
  const facts = parseFacts(answer, 'julia');
  assert.equal(facts.version, '1.5.3');
  assert.deepEqual(facts.libraries, ['/l/libjulia.so.1']);
  assert.throws(() => parseFacts(answer.replace('x86_64', 'i686'), 'julia'), { code: 'build-failed' });
  assert.throws(() => parseFacts('', 'julia'), { code: 'build-failed', message: /no arch/ });
  assert.throws(() => parseFacts(`${answer}\ndepotcast\tchild\tfalse`, 'julia'), {
    code: 'build-failed',
    message: /cannot start .*\/julia, by which it compiles/,
  });
});

test('statements are merged, sorted, and freed of what belongs to the workload alone', () => {
  const first = 'precompile(Tuple{typeof(B.g)})\nprecompile(Tuple{typeof(A.f), Int64})\n';
  const second = `#=    1.2 ms =# precompile(Tuple{typeof(A.f), Int64}) # recompile
precompile(Tuple{typeof(Main.work)})\nprecompile(Tuple{getfield(Main, Symbol("#1#2")), Int64})\n`;
  assert.deepEqual(mergeStatements([first, second]), {
    kept: ['precompile(Tuple{typeof(A.f), Int64})', 'precompile(Tuple{typeof(B.g)})'],
    dropped: [
      'precompile(Tuple{getfield(Main, Symbol("#1#2")), Int64})',
      'precompile(Tuple{typeof(Main.work)})',
    ],
  });
  assert.deepEqual(mergeStatements(['precompile(Tuple{Type{Spec{Base.Val{Char(0x66000000)}}}})']).kept, [
    'precompile(Tuple{Type{Spec{Base.Val{reinterpret(Char, 0x66000000)}}}})',
  ]);
  assert.equal(countStatements(second), 3);
  assert.equal(countStatements(''), 0);
  assert.equal(mergeStatements(['precompile(Tuple{typeof(A.Mainz)})']).dropped.length, 0);
});

test('a method is compiled for the package that it is about, not for the module that it is of', () => {
  const trace = `precompile(Tuple{typeof(JetAnalysis.Clusters.run), Int64})
precompile(Tuple{typeof(Base.sort), Array{JetAnalysis.Jet, 1}})
precompile(Tuple{JetAnalysis.var"#f#1"{Base.Float64}})
precompile(Tuple{typeof(Base.println), String})
precompile(Tuple{Type{NamedTuple{(:A,), T} where T<:Tuple}, Tuple{Int64}})\n`;
  assert.deepEqual(countByPackage(trace), [
    { package: 'JetAnalysis', methods: 3 },
    { package: 'Base', methods: 1 },
    { package: 'Core', methods: 1 },
  ]);
});

test('a Julia string literal holds no code, whatever the text', () => {
  assert.equal(juliaString('/a "b" $(c) \\d\n'), '"/a \\"b\\" \\$(c) \\\\d\\n"');
  fc.assert(
    fc.property(fc.string(), (text) => {
      const inner = juliaString(text).slice(1, -1);
      assert.doesNotMatch(inner.replace(/\\[\\"$nr]/g, ''), /[\\"$\n\r]/);
    }),
  );
});

test('the image script loads the packages, replays the statements, and takes its own setting back', () => {
  const id = { name: 'A', uuid: '11111111-1111-1111-1111-111111111111' };
  const script = renderSysimageScript({
    packages: [id],
    statements: '/w/s.jl',
    project: '/p/environments/e',
    bindir: '/usr/bin',
    stdlib: '/std',
    cpuName: 'haswell',
  });
  assert.match(script, /Base\.PkgId\(Base\.UUID\("11111111-1111-1111-1111-111111111111"\), "A"\)/);
  assert.match(script, /\["\/p\/environments\/e", "@stdlib"\]/);
  assert.match(script, /eachline\("\/w\/s\.jl"\)/);
  assert.ok(script.indexOf('empty!(DEPOT_PATH)') > script.indexOf('eachline'));
  assert.deepEqual(parseReplayOutput('x\nno effect: precompile(Tuple{A})\nstatements compiled: 20\ny'), {
    compiled: 20,
    failed: ['precompile(Tuple{A})'],
  });
  assert.deepEqual(parseReplayOutput(''), { compiled: 0, failed: [] });
});

test('a statement that is compiled under the image that was made of it was in vain', () => {
  const known = mergeStatements(['precompile(Tuple{typeof(A.f), Int64})\nprecompile(Tuple{typeof(A.g)})']);
  const trace = '#=    1.2 ms =# precompile(Tuple{typeof(A.g)})\nprecompile(Tuple{typeof(A.h)})\n';
  assert.deepEqual(statementsInVain(known, trace), ['precompile(Tuple{typeof(A.g)})']);
  assert.deepEqual(statementsInVain(known, ''), []);
});

test('a compiler gets linker options by -Wl, a linker gets them as they are', () => {
  const request = { object: 'o.a', output: 'sys.so', libraries: ['/l/libjulia.so.1'] };
  assert.ok(linkCommand({ ...request, linker: ['cc'] }).includes('-Wl,--whole-archive'));
  for (const linker of ['/usr/bin/ld', 'aarch64-linux-gnu-ld', 'ld.lld']) {
    assert.ok(linkCommand({ ...request, linker: [linker] }).includes('--whole-archive'), linker);
  }
});

test('flags are those that a start must repeat', () => {
  assert.deepEqual(compileFlags({ optLevel: undefined, checkBounds: undefined }), []);
  assert.deepEqual(compileFlags({ optLevel: 3, checkBounds: 'yes' }), ['-O3', '--check-bounds=yes']);
});

test("Julia's misleading messages are explained", () => {
  assert.match(
    explain('ERROR: Unable to find compatible target in system image.') ?? '',
    /CPU lacks features/,
  );
  assert.equal(explain('ERROR: LoadError: UndefVarError: x not defined'), undefined);
});

test('what the mount would hide is refused, a path that only looks alike is not', () => {
  refuseHidden('/cvmfs/a', ['/cvmfs/ab', '/opt']);
  assert.throws(
    () => {
      refuseHidden('/cvmfs/a', ['/cvmfs/a/cache']);
    },
    { code: 'bad-spec' },
  );
});
