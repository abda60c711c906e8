import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOnlySite } from './support/read-only-job.js';
import { countStatements } from '@depotcast/builder';
import { note, prefix } from './support/site.js';

const { runJob, activate, expectUntouched } = await readOnlySite();

const LAUNCHERS = { 'depot-hydrate exec': runJob, activate };

/** Flags of the first process, and what makes it have four workers. */
const WAYS = {
  'julia -p 4': { flags: ['-p', '4'], begin: '' },
  'addprocs(4)': { flags: [], begin: 'using Distributed; addprocs(4)' },
};

/** Prints how each of the five processes sees the world, and a result that needs the package on all workers. */
const REPORT = `
  @everywhere using JetAnalysis
  @everywhere view() = (unsafe_string(Base.JLOptions().image_file), Base.active_project(), DEPOT_PATH, LOAD_PATH)
  views = [remotecall_fetch(view, id) for id in procs()]
  @assert length(views) == 5
  foreach(line -> println("view ", line), unique(views))
  results = pmap(_ -> pathof(JetAnalysis), 1:8)
  foreach(line -> println("package ", line), unique(results))
`;

for (const [launcher, start] of Object.entries(LAUNCHERS)) {
  for (const [way, { flags, begin }] of Object.entries(WAYS)) {
    for (const kind of ['sysimage', 'caches']) {
      test(`${launcher}, ${way}, ${kind}: four workers start on the same image, write nothing and compile no cache`, async () => {
        const command = ['julia', ...flags, '-e', `${begin}\n${REPORT}`];
        const { stdout } = await expectUntouched(() => start(['--start', kind], command));
        const views = stdout.split('\n').filter((line) => line.startsWith('view '));
        assert.equal(views.length, 1, 'all processes have one image, project, depots and load path');
        if (kind === 'sysimage') assert.match(views[0] ?? '', /\/layers\/sysimage-[0-9a-f]{32}\/sys\.so"/);
        assert.match(views[0] ?? '', /\/layers\/compiled-[0-9a-f]{32}"/);
        const packages = stdout.split('\n').filter((line) => line.startsWith('package '));
        assert.equal(packages.length, 1);
        assert.match(packages[0] ?? '', new RegExp(`^package ${prefix}/layers/sources-[0-9a-f]{32}/`));
      });
    }
  }
}

test('a worker on the system image compiles little of what one on caches compiles to start and to load packages', async () => {
  const work = `using Distributed
addprocs(1; exeflags = "--trace-compile=stderr")
@everywhere using JetAnalysis
rmprocs(2)
println("ended")`;
  const compiled = async (kind: string): Promise<number> => {
    const { stdout, stderr } = await runJob(['--start', kind], ['julia', '-e', work]);
    assert.match(stdout, /^ended$/m, stderr);
    return countStatements(`${stdout}${stderr}`);
  };
  // Some that Distributed asks for by the type Function are compiled whatever an image holds.
  const [caches, sysimage] = [await compiled('caches'), await compiled('sysimage')];
  note(`a worker compiles ${caches} methods on caches, ${sysimage} on the system image`);
  assert.ok(sysimage < caches / 3, `${sysimage} of ${caches}`);
});
