import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DepotError } from '@depotcast/hydrator/format';

/** After how long a wait is worth a word, in milliseconds. */
const PATIENCE = 1000;

/**
 * Runs `work` while this process holds `file`'s lock, and calls `waiting` once when it takes a while to get it. The
 * kernel frees the lock when this process ends, however it ends: the holder reads from us until then.
 */
export async function withLock<T>(file: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const timer = setTimeout(waiting, PATIENCE);
  try {
    await locked(file, holder);
    clearTimeout(timer);
    return await work();
  } finally {
    clearTimeout(timer);
    holder.stdin.end();
  }
}

function locked(file: string, holder: ChildProcessByStdio<Writable, Readable, null>): Promise<void> {
  return new Promise((resolve, reject) => {
    holder.stdin.on('error', () => undefined);
    holder.stdout.once('data', resolve);
    holder.once('error', (cause) => {
      reject(new DepotError('not-found', `cannot run flock: ${cause.message}`, { cause }));
    });
    holder.once('exit', (code) => {
      reject(new DepotError('storage', `${file}: cannot lock it, flock ended with ${code ?? 'a signal'}`));
    });
  });
}
