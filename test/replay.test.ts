import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exactTrace, parseReplayOutput, renderReplay } from '@depotcast/builder';
import { julia } from './support/site.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();

/** Runs a script by the real Julia, with the package Shapes at hand. */
function runJulia(name: string, script: string, ...flags: string[]): string {
  const file = join(scratch, `${name}.jl`);
  writeFileSync(file, script);
  const [program = '', ...words] = julia.command;
  return execFileSync(program, [...words, '--startup-file=no', ...flags, file], {
    encoding: 'utf8',
    env: { ...process.env, JULIA_LOAD_PATH: `${scratch}:@stdlib`, JULIA_DEPOT_PATH: join(scratch, 'depot') },
  });
}

test('what Julia prints of types with values in them is evaluated again, and what makes no sense is named', () => {
  writeFileSync(
    join(scratch, 'Shapes.jl'),
    `module Shapes
struct Point; x::Int32; y::Float64; end
struct Line{T}; from::T; to::T; end
area(::Val{S}, n) where {S} = S.x * S.y * n
reach(::Val{S}, n) where {S} = (S.to.x - S.from.x) * n
make(; x, y) = Point(x, y)
end
`,
  );
  const trace = join(scratch, 'trace.jl');
  const work = `using Shapes
for shape in Any[Val(Shapes.Point(2, 3.5))]; Shapes.area(shape, rand()); end
Shapes.make(x = 1, y = 2)
`;
  runJulia('work', work, `--trace-compile=${trace}`);
  const traced = readFileSync(trace, 'utf8');
  const ours = traced.split('\n').filter((line) => line.includes('Shapes.') && !line.includes('Main'));
  assert.ok(
    ours.some((line) => /Base\.Val\{Shapes\.Point\(x=.*, y=3\.5\)\}/.test(line)),
    traced,
  );
  // Written by hand: Julia 1.5 dies of printing a value within a value.
  const point = 'Shapes.Point(x=1, y=0)';
  const nested = `precompile(Tuple{typeof(Shapes.reach), Base.Val{Shapes.Line{Shapes.Point}(from=${point}, to=${point})}, Float64})`;
  const nonsense = 'precompile(Tuple{typeof(Shapes.area), Base.Val{Shapes.Point(x=1, z=2)}, Float64})';
  const all = [...ours, nested];
  const statements = join(scratch, 'statements.jl');
  writeFileSync(statements, [...all, nonsense].map((line) => `${line}\n`).join(''));
  const output = runJulia('replay', `using Shapes\n${renderReplay(statements)}\n`);
  assert.deepEqual(parseReplayOutput(output), { compiled: all.length, failed: [nonsense] });
});

test('numbers within types are traced as what they are, though Julia prints them as others', async () => {
  writeFileSync(
    join(scratch, 'Numbers.jl'),
    `module Numbers
use(::Val{N}, value) where {N} = string(N, value)
struct Fixed{N} value::Float64 end
make(::Type{T}, value) where {T} = T(value)
forget(references) = isempty(references)
end
`,
  );
  const work = `using Numbers
for value in Any[Int8(3), 3, Int8(-1), Int16(4), Int128(-5), 0x06, 1 / 3, 0.5f0, (false, Int8(7), Int32(8), 9)]
    Numbers.use(Val(value), rand())
end
Numbers.make(Numbers.Fixed{Int8(10)}, rand())
const kept = finalizer(Numbers.forget, Ref[Ref(1)])
`;
  const { flags, read } = await exactTrace(scratch);
  runJulia('work', work, ...flags);
  const about = (call: string, trace: string): string[] =>
    trace.split('\n').filter((line) => line.startsWith(`precompile(Tuple{typeof(Numbers.${call}), `));
  const traced = await read();
  const used = about('use', traced).map((line) => /Val\{(.*)\}, Float64/.exec(line)?.[1]);
  const numbers = [
    'Int8(3)',
    '3',
    'Int8(-1)',
    'Int16(4)',
    'Int128(-5)',
    '0x06',
    '0.3333333333333333',
    '0.5f0',
  ];
  assert.deepEqual(new Set(used), new Set([...numbers, '(false, Int8(7), Int32(8), 9)']));
  assert.deepEqual(about('make', traced), [
    'precompile(Tuple{typeof(Numbers.make), Type{Numbers.Fixed{Int8(10)}}, Float64})',
  ]);
  assert.equal(about('forget', traced).length, 1, 'finalizers run last of all');

  const statements = join(scratch, 'statements.jl');
  writeFileSync(
    statements,
    [...about('use', traced), ...about('make', traced), ...about('forget', traced)].join('\n'),
  );
  const left = join(scratch, 'left.jl');
  const mark = 'begins(values) = foreach(print, values)\nbegins(ARGS)';
  const replayed = `using Numbers\n${renderReplay(statements)}\n${mark}\n${work}`;
  runJulia('replayed', replayed, `--trace-compile=${left}`);
  const [, compiled = 'no mark: Numbers.'] = readFileSync(left, 'utf8').split('Main.begins');
  assert.deepEqual(
    compiled.split('\n').filter((line) => line.includes('Numbers.')),
    [],
  );
});
