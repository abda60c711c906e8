import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderSysimageScript, SETTLE_SCRIPT } from '@depotcast/builder';
import { skip } from './support/emulated.js';
import type { Outcome } from './support/programs.js';
import { julia } from './support/site.js';
import { buildSmall, manifestEntry, packageFiles, smallSpec, writeFiles } from './support/small-build.js';
import { temporaryDirectory } from './support/temporary.js';

const NAME = 'HostCPUFeatures';
const UUID = '3e5b6fbb-0976-4d2c-9146-d79de83f2fb0';
const scratch = await temporaryDirectory();

/** What HostCPUFeatures 0.1.17 does, for features that follow from the CPU's name. */
const body = (features: string): string => `const BASELINE_CPU_NAME = Sys.CPU_NAME
const FEATURE_SET = Set{String}(${features})
const looks = Ref(0)
width(values::Vector{T}) where {T} = sizeof(T) * length(values)
__init__() = (looks[] += 1; nothing)`;

/** Builds an environment of that one package for x86-64-v3, with more in its spec. */
async function build(name: string, features: string, more = ''): Promise<Outcome> {
  const home = join(scratch, name);
  await writeFiles(home, {
    ...packageFiles(NAME, UUID, body(features)),
    'Project.toml': `[deps]\n${NAME} = "${UUID}"\n`,
    'Manifest.toml': manifestEntry(NAME, UUID),
    'workload.jl': `using ${NAME}\nprintln(${NAME}.width(rand(3)))\n`,
    'spec.toml': `${smallSpec(`${home}/prefix`).replace('"x86-64"', '"x86-64-v3"')}${more}`,
  });
  return buildSmall(home);
}

const isX86 = process.arch === 'x64' ? false : 'x86-64-v3 is for x86-64';

test(
  'a package that holds features of the build host which nodes may lack fails the build',
  { skip: isX86 },
  async () => {
    const { code, stderr } = await build('exceeding', '["x86_64_avx2", "x86_64_avx512f"]');
    assert.equal(code, 7, stderr);
    assert.match(
      stderr,
      /HostCPUFeatures holds avx512f of the CPU.* which x86-64-v3 does not require of nodes/,
    );
    assert.match(stderr, /hint: .*freeze_cpu_target/);
  },
);

test(
  'where the CPU can be emulated, such a package is compiled on a CPU of the target',
  { skip },
  async () => {
    const features = 'Sys.CPU_NAME == "haswell" ? ["x86_64_avx2"] : ["x86_64_avx512f"]';
    const { code, stderr, stdout } = await build('emulated', features);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /note: HostCPUFeatures looks at the CPU again on each node.* not called haswell/);
  },
);

test(
  'a workload is run on an emulated CPU as well where the spec says so, and what is compiled there is told',
  { skip },
  async () => {
    const more = 'workload = "workload.jl"\n[proof]\nother-cpu = true\n';
    const { code, stderr, stdout } = await build('elsewhere', '["x86_64_avx2"]', more);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\d+ methods still compiled \(.*\), \d+ on Haswell \(.*HostCPUFeatures \d/);
  },
);

test('in a system image such a package no longer looks at the CPU', () => {
  writeFileSync(join(scratch, `${NAME}.jl`), `module ${NAME}\n${body('')}\nend\n`);
  const id = `Base.PkgId(Base.UUID("${UUID}"), "${NAME}")`;
  const file = join(scratch, 'settle.jl');
  // Without a project the package has no uuid, so that it is entered under its own by hand.
  writeFileSync(
    file,
    `include(joinpath(@__DIR__, "${NAME}.jl"))
Base.loaded_modules[${id}] = ${NAME}
before = ${NAME}.looks[]
${SETTLE_SCRIPT}
${NAME}.__init__()
print(${NAME}.looks[] - before)
`,
  );
  const [program = '', ...words] = julia.command;
  const output = execFileSync(program, [...words, '--startup-file=no', file], { encoding: 'utf8' });
  assert.equal(output, '0');
});

test('code that is generated for the CPU by its name is generated for the target of a system image', async () => {
  const home = join(scratch, 'generated');
  const id = { name: 'Kernels', uuid: '6a7b1f0e-2f5d-4b51-9c5e-0d5f1b1f7a11' };
  const kernel =
    '@generated kernel(value) = Sys.CPU_NAME == "haswell" ? :(value + 1) : error("for another CPU")';
  await writeFiles(home, {
    ...packageFiles(id.name, id.uuid, kernel),
    'Project.toml': `[deps]\n${id.name} = "${id.uuid}"\n`,
    'Manifest.toml': manifestEntry(id.name, id.uuid),
    'statements.jl': '',
  });
  const [program = '', ...words] = julia.command;
  const runJulia = (...args: string[]): string =>
    execFileSync(program, [...words, '--startup-file=no', ...args], {
      encoding: 'utf8',
      env: { ...process.env, JULIA_DEPOT_PATH: join(home, 'depot') },
    });
  const ask = 'println(Sys.BINDIR); println(Sys.STDLIB); print(unsafe_string(Base.JLOptions().image_file))';
  const [bindir = '', stdlib = '', image = ''] = runJulia('-e', ask).split('\n');
  const statements = join(home, 'statements.jl');
  const content = { packages: [id], statements, project: home, bindir, stdlib, cpuName: 'haswell' };
  const file = join(home, 'image.jl');
  const kernels = `Base.loaded_modules[Base.PkgId(Base.UUID("${id.uuid}"), "${id.name}")]`;
  // To write the image would take minutes, and is not what this is about.
  writeFileSync(
    file,
    `${renderSysimageScript(content)}
println("returns ", Base.return_types(${kernels}.kernel, Tuple{Int64}))
ccall(:_exit, Cvoid, (Cint,), 0)
`,
  );
  const output = runJulia('-J', image, '--output-o', join(home, 'never.o'), file);
  assert.match(output, /^returns .*\[Int64\]$/m);
});
