import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Job, type LaunchEnvironment, runJob, withoutCaches } from '@depotcast/tools/starts';

const SCRIPT = fileURLToPath(new URL('../../start/handmade-image.jl', import.meta.url));
const FACTS = `using Libdl
println(Sys.BINDIR, '\\n', Sys.STDLIB, '\\n', unsafe_string(Base.JLOptions().image_file), '\\n', VERSION >= v"1.9")
foreach(println, filter(path -> occursin("libjulia", path), Libdl.dllist()))`;

/**
 * Makes a system image of a job's packages as an admin does by hand: one trace of the job, compiled for this machine's CPU.
 * @param caches how the job starts on package caches: tells where the sources are
 * @param folder an empty one
 * @returns how the job starts on that image
 */
export async function makeHandmadeImage(
  job: Job,
  caches: LaunchEnvironment,
  folder: string,
  linker: readonly string[],
): Promise<LaunchEnvironment> {
  const depot = join(folder, 'depot');
  const statements = join(folder, 'statements.jl');
  const object = join(folder, 'sys-o.a');
  const image = join(folder, 'sys.so');
  await mkdir(folder, { recursive: true });
  const env = { ...process.env, ...withoutCaches(caches, depot) };
  const julia = (...args: readonly string[]) => runJob([...job.julia, '--startup-file=no', ...args], env);
  const facts = (await julia('-e', FACTS)).output.trim().split('\n');
  const [bindir = '', stdlib = '', original = '', hasPackageImages, ...libraries] = facts;
  await julia(...job.script);
  await julia(`--trace-compile=${statements}`, ...job.script);
  const flags = hasPackageImages === 'true' ? ['--pkgimages=no'] : [];
  if (flags.length > 0) await julia(...flags, ...job.script);
  const project = env['JULIA_PROJECT'] ?? '';
  const paths = [bindir, stdlib, project, statements];
  await julia(...flags, '-J', original, '--output-o', object, SCRIPT, ...paths);
  const archive = ['-Wl,--whole-archive', object, '-Wl,--no-whole-archive'];
  await runJob([...linker, '-shared', '-o', image, ...archive, ...libraries], process.env);
  return { set: withoutCaches(caches, depot), flags: ['--startup-file=no', '-J', image] };
}
