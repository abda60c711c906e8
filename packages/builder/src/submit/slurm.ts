import { DepotError } from '@depotcast/hydrator/format';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseTaskStates, type TaskState } from './task-states.js';

/** The commands of Slurm that a submission needs. */
export class Slurm {
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** @returns the id of the job @throws DepotError `build-failed` when Slurm refuses it; `not-found` without Slurm */
  async submit(args: readonly string[]): Promise<string> {
    const id = (await this.#run('sbatch', ['--parsable', ...args])).trim().split(';')[0] ?? '';
    if (/^\d+$/.test(id)) return id;
    throw new DepotError('build-failed', `sbatch: expected the id of a job, got '${id}'`);
  }

  /** The tasks of a job array; undefined for a job that Slurm does not know any more. @throws DepotError as `submit` */
  async tasks(id: string): Promise<ReadonlyMap<number, TaskState> | undefined> {
    try {
      return parseTaskStates(await this.#run('scontrol', ['show', 'job', id, '--oneliner']));
    } catch (error) {
      if (error instanceof DepotError && error.message.includes('Invalid job id')) return undefined;
      throw error;
    }
  }

  async cancel(id: string): Promise<void> {
    await this.#run('scancel', [id]);
  }

  async #run(program: string, args: readonly string[]): Promise<string> {
    try {
      return (await promisify(execFile)(program, args, { env: this.env })).stdout;
    } catch (cause) {
      const { code, stderr = '', message } = cause as NodeJS.ErrnoException & { stderr?: string };
      if (code === 'ENOENT') {
        const hint = "load the module of Slurm, or build here with 'depot-build run'";
        throw new DepotError('not-found', `${program}: not on the PATH`, { cause, hint });
      }
      const why = stderr.trim().split('\n').at(-1) || message;
      throw new DepotError('build-failed', `${program}: ${why}`, { cause, hint: 'try: sinfo' });
    }
  }
}
