import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseReplayOutput, renderReplay } from '@depotcast/builder';
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
