import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DepotError } from '../format/index.js';
import type { HostNode } from './host-features.js';
import { parseCpuInfo } from './cpuinfo.js';

/** Generous: Slurm may have to wake its daemons on a thousand nodes. */
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 256 << 20;

/** Run on each node. Every line has the node's name before it, for Slurm mixes the lines of all nodes. */
const COLLECT = `node=$(uname -n)
{
  echo "machine $(uname -m)"
  grep -E '^(flags|Features)[[:blank:]]*:' /proc/cpuinfo | sort -u
  echo end
} | sed "s/^/depotcast-node $node /"`;

/**
 * The nodes of the Slurm allocation that this process is in, each asked once through `srun`.
 * @throws DepotError `usage` outside an allocation, `not-found` without srun, `unreachable` when not every node answers
 */
export async function readAllocation(env: NodeJS.ProcessEnv): Promise<HostNode[]> {
  const [job, nodes] = [env['SLURM_JOB_ID'], env['SLURM_JOB_NUM_NODES'] ?? env['SLURM_NNODES']];
  if (job === undefined || nodes === undefined) {
    throw new DepotError('usage', '--common: not inside a Slurm allocation (SLURM_JOB_ID is not set)', {
      hint: 'use it in a job of sbatch or salloc, or name recorded cpuinfo files with --nodes',
    });
  }
  return parseAllocation(await collect(nodes, env), Number(nodes));
}

/**
 * @param text what {@link COLLECT} printed on all nodes, lines in any order
 * @throws DepotError `unreachable` when fewer than `count` nodes have said all
 */
export function parseAllocation(text: string, count: number): HostNode[] {
  const said = new Map<string, string[]>();
  for (const [, name = '', line = ''] of text.matchAll(/^depotcast-node (\S+) (.*)$/gm)) {
    said.set(name, [...(said.get(name) ?? []), line]);
  }
  const answered = [...said].filter(([, lines]) => lines.includes('end'));
  if (answered.length !== count) {
    throw new DepotError('unreachable', `srun: ${answered.length} of ${count} nodes said what they are`, {
      hint: "look at 'scontrol show job' and the nodes' state",
    });
  }
  return answered.map(([name, lines]) => {
    const machine = lines.find((line) => line.startsWith('machine '))?.slice('machine '.length) ?? '';
    return { name, host: parseCpuInfo(lines.join('\n'), machine) };
  });
}

async function collect(nodes: string, env: NodeJS.ProcessEnv): Promise<string> {
  const layout = [`--nodes=${nodes}`, `--ntasks=${nodes}`, '--ntasks-per-node=1', '--cpus-per-task=1'];
  // The job's own standard input is not ours to read, and no MPI is to start.
  const args = [...layout, '--input=none', '--cpu-bind=none', '--mpi=none', 'sh', '-c', COLLECT];
  try {
    const run = promisify(execFile)('srun', args, {
      // Also while another step of the job holds all its CPUs; Slurm before 20.11 does not know the option for it.
      env: { ...env, SLURM_OVERLAP: '1' },
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    run.child.stdin?.end();
    return (await run).stdout;
  } catch (cause) {
    const {
      code,
      killed,
      stderr = '',
    } = cause as NodeJS.ErrnoException & { killed?: boolean; stderr?: string };
    if (code === 'ENOENT') {
      throw new DepotError('not-found', 'srun: not on the PATH', { cause, hint: 'load the module of Slurm' });
    }
    const why = killed === true ? `no answer in ${TIMEOUT_MS / 1000} s` : stderr.trim().split('\n').at(-1);
    throw new DepotError('unreachable', `srun: ${why || `failed (${code ?? 'killed'})`}`, {
      cause,
      hint: 'try: srun --ntasks-per-node=1 uname -n',
    });
  }
}
