import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderExactTrace, tracedAfterwards } from './scripts/exact-trace-script.js';

/** A trace of what Julia compiles, with exact types. */
export interface ExactTrace {
  /** What Julia is given for it. */
  readonly flags: readonly string[];
  /**
   * @returns a `precompile(...)` a line, once Julia has ended; as it printed them where it ended without its exit hooks;
   * empty when it compiled nothing
   */
  readonly read: () => Promise<string>;
}

/** @param folder for the files of one trace; those of an earlier one are taken away */
export async function exactTrace(folder: string): Promise<ExactTrace> {
  const trace = join(folder, 'trace.jl');
  const script = join(folder, 'exact-trace.jl');
  const exact = join(folder, 'exact-traces');
  await rm(trace, { force: true });
  await rm(exact, { force: true, recursive: true });
  await writeFile(script, renderExactTrace(trace, exact));
  return {
    flags: [`--trace-compile=${trace}`, '-L', script],
    read: async () => {
      const printed = await readTrace(trace);
      const processes = await existing(readdir(exact), []);
      if (processes.length === 0) return printed;
      const texts = await Promise.all(processes.map((name) => readFile(join(exact, name), 'utf8')));
      return [...texts, tracedAfterwards(printed)].join('\n');
    },
  };
}

/** What a process has compiled; empty when it compiled nothing, as some versions make the file only when there is something to write. */
export function readTrace(file: string): Promise<string> {
  return existing(readFile(file, 'utf8'), '');
}

async function existing<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}
