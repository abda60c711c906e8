import { setTimeout as sleep } from 'node:timers/promises';
import { exists } from '../cache/exists.js';
import { Heartbeats } from './heartbeats.js';
import { type Holding, type Lock, type LockOptions, takeLock } from './lock-file.js';

/**
 * Milliseconds between two looks at whether a lock is still there: few at first, for a short wait. Hundreds that look more
 * often keep a small node busy with nothing else.
 */
const FIRST_LOOK = 10;
const NEXT_LOOK = 250;
/** Milliseconds between two looks at whether its holder still is; they cost more. */
const JUDGE_EVERY = 1000;

export interface WaitOptions extends LockOptions {
  /** Told once, when it turns out that another process is at it. */
  readonly onWait?: (holder: Holding) => void;
  /** Passes the time between two looks, in milliseconds; a test may give its own. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Of all processes that want the same thing, lets one make it while the others wait. What is found while someone has the
 * lock does not count: it may be about to change.
 * @param find the thing where it is there already
 * @param make makes it; no other process is making it, and whoever began to and did not end is gone
 * @throws what `find` and `make` throw; system errors where no lock can be made
 */
export async function findOrMake<T>(
  file: string,
  find: () => Promise<T | undefined>,
  make: () => Promise<T>,
  { onWait, pause = sleep, ...options }: WaitOptions = {},
): Promise<T> {
  const heartbeats = options.heartbeats ?? new Heartbeats();
  let isTold = false;
  let judged = -Infinity;
  for (let delay = FIRST_LOOK; ; delay = Math.min(NEXT_LOOK, delay * 2)) {
    const isLocked = await exists(file);
    const found = isLocked ? undefined : await find();
    if (found !== undefined) return found;
    if (!isLocked || performance.now() - judged > JUDGE_EVERY) {
      judged = performance.now();
      const lock = await takeLock(file, { ...options, heartbeats });
      if ('release' in lock) return finish(lock, find, make);
      if (!isTold && lock.holder !== undefined) {
        isTold = true;
        onWait?.(lock.holder);
      }
    }
    await pause(delay);
  }
}

async function finish<T>(lock: Lock, find: () => Promise<T | undefined>, make: () => Promise<T>): Promise<T> {
  try {
    return (await find()) ?? (await make());
  } finally {
    await lock.release();
  }
}
