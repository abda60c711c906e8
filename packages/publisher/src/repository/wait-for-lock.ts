import { setTimeout as sleep } from 'node:timers/promises';
import { DepotError } from '@depotcast/hydrator/format';
import { withLock } from './lock.js';

/** Milliseconds between two attempts. */
const PAUSE = 250;

/**
 * {@link withLock}, tried again for as many seconds while another process holds the lock; `action` locks nothing itself.
 * @throws DepotError as {@link withLock} does
 */
export async function waitForLock<T>(
  directory: string,
  seconds: number,
  action: () => Promise<T>,
): Promise<T> {
  for (let left = seconds * 1000; ; left -= PAUSE) {
    try {
      return await withLock(directory, action);
    } catch (error) {
      if (!(error instanceof DepotError) || error.code !== 'locked' || left <= 0) throw error;
    }
    await sleep(Math.min(PAUSE, left));
  }
}
