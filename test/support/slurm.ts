import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { type Outcome, runCommand } from './programs.js';

const DAEMONS = ['/usr/sbin/munged', '/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch'];
const absent = DAEMONS.find((path) => !existsSync(path));

/** Why tests that need Slurm cannot run here, or false. */
export const slurmMissing =
  absent !== undefined
    ? `no ${absent} (Debian packages slurmctld, slurmd, slurm-client and munge)`
    : process.getuid?.() === 0
      ? false
      : "only root can start Slurm's daemons";

export interface SlurmNode {
  readonly name: string;
  /** File that the node has for its /proc/cpuinfo; this machine's own unless given. */
  readonly cpuinfo?: string;
  /** What jobs can ask for by `--constraint`. */
  readonly features?: readonly string[];
}

/** A cluster on loopback, until the test file has ended. */
export interface Slurm {
  /** The environment that its commands need. */
  readonly env: NodeJS.ProcessEnv;
  run(command: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** Submits what sbatch gets as arguments, and waits until it has ended. @returns the exit codes of its tasks */
  submit(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<number[]>;
}

/**
 * Starts a cluster whose nodes are all this machine, each under a name and with a cpuinfo of its own.
 * @param taskProlog path of what runs before each task; need not exist before the first job
 */
export async function startSlurm(
  directory: string,
  nodes: readonly SlurmNode[],
  taskProlog: string,
): Promise<Slurm> {
  await mkdir(directory);
  await chmod(directory, 0o755);
  const daemons = new Daemons(directory);
  const socket = await startMunge(directory, daemons);
  const config = join(directory, 'slurm.conf');
  const ports = await Promise.all(nodes.map(freePort));
  const lines = nodes.map(({ name, features = [] }, index) =>
    [
      `NodeName=${name} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[index] ?? 0} CPUs=4 RealMemory=1000`,
      ...(features.length === 0 ? [] : [`Feature=${features.join(',')}`]),
    ].join(' '),
  );
  const general = configuration(directory, socket, await freePort(), taskProlog);
  await writeFile(config, [...general, ...lines, 'PartitionName=all Nodes=ALL Default=YES', ''].join('\n'));
  const env = { ...process.env, SLURM_CONF: config };
  await mkdir(join(directory, 'state'));
  daemons.start('slurmctld', ['/usr/sbin/slurmctld', '-D'], env);
  for (const node of nodes) daemons.start(node.name, nodeCommand(node), env);
  const run: Slurm['run'] = (command, more) => runCommand(command, { env: { ...env, ...more } });
  await daemons.until('all nodes are idle', async () => {
    const { stdout } = await run(['sinfo', '--noheader', '--Node', '--format=%T']);
    return (
      stdout
        .trim()
        .split('\n')
        .filter((state) => state === 'idle').length === nodes.length
    );
  });
  return {
    env,
    run,
    submit: async (args, more) => {
      const { stdout, stderr } = await run(['sbatch', '--parsable', ...args], more);
      const id = stdout.trim();
      if (id === '') throw new Error(stderr);
      // sbatch --wait looks every ten seconds only.
      await daemons.until(`job ${id} has ended`, async () => {
        const queue = await run(['squeue', '--noheader', '--jobs', id]);
        return queue.code === 0 && queue.stdout === '';
      });
      const { stdout: jobs } = await run(['scontrol', 'show', 'job', id, '--oneliner']);
      return [...jobs.matchAll(/ ExitCode=(\d+):/g)].map(([, code]) => Number(code));
    },
  };
}

/** A node of its own name, which also sees its own cpuinfo. */
function nodeCommand({ name, cpuinfo }: SlurmNode): string[] {
  const bind = cpuinfo === undefined ? '' : `mount --bind '${cpuinfo}' /proc/cpuinfo && `;
  const start = `hostname ${name} && ${bind}exec /usr/sbin/slurmd -D -N ${name}`;
  return ['unshare', '--uts', '--mount', '--propagation', 'private', 'sh', '-c', start];
}

async function startMunge(directory: string, daemons: Daemons): Promise<string> {
  const key = join(directory, 'munge.key');
  const socket = join(directory, 'munge.socket');
  await writeFile(key, randomBytes(1024), { mode: 0o400 });
  const files = ['pid', 'log', 'seed'].map((kind) => `--${kind}-file=${join(directory, `munge.${kind}`)}`);
  daemons.start('munged', [
    ...['/usr/sbin/munged', '--foreground', '--force', `--key-file=${key}`, `--socket=${socket}`],
    ...files,
  ]);
  await daemons.until('munge listens', () => Promise.resolve(existsSync(socket)));
  return socket;
}

function configuration(directory: string, socket: string, port: number, taskProlog: string): string[] {
  return [
    'ClusterName=test',
    'SlurmctldHost=localhost(127.0.0.1)',
    `SlurmctldPort=${port}`,
    'AuthType=auth/munge',
    `AuthInfo=socket=${socket}`,
    'SlurmUser=root',
    `StateSaveLocation=${directory}/state`,
    `SlurmdSpoolDir=${directory}/spool-%n`,
    `SlurmctldPidFile=${directory}/slurmctld.pid`,
    `SlurmdPidFile=${directory}/%n.pid`,
    // Neither cgroups nor bound CPUs: containers that tests run in have neither.
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU',
    'SlurmdParameters=config_overrides',
    'MpiDefault=none',
    'MailProg=/bin/true',
    `TaskProlog=${taskProlog}`,
  ];
}

/** Programs that are ended with the test file, and what they say. */
class Daemons {
  readonly #children: ChildProcess[] = [];
  readonly #said: string[] = [];

  constructor(private readonly directory: string) {
    after(async () => {
      for (const child of this.#children) child.kill();
      await Promise.all(this.#children.map(ended));
    });
  }

  start(name: string, [program = '', ...args]: readonly string[], env = process.env): void {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env, cwd: this.directory });
    child.stderr.on('data', (chunk: Buffer) => this.#said.push(`${name}: ${chunk.toString()}`));
    this.#children.push(child);
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 1200; tries++) {
      if (await holds()) return;
      await sleep(100);
    }
    throw new Error(`waited in vain until ${what}\n${this.#said.join('')}`);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}
