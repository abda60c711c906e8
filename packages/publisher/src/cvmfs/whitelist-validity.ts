import type { Source } from '@depotcast/hydrator';
import { instantOf } from '../trust/instant.js';
import { readWhitelist } from './read/whitelist.js';

const DAY = 24 * 60 * 60 * 1000;

/** How long CernVM-FS clients accept a repository's manifests. */
export interface WhitelistValidity {
  /** UTC. */
  readonly expires: string;
  /** Days left, rounded; negative when it has expired. */
  readonly daysLeft: number;
  /** Whether it has been signed just now. */
  readonly isSigned: boolean;
}

export async function whitelistValidity(
  source: Source,
  isSigned: boolean,
  now: Date,
): Promise<WhitelistValidity> {
  const { expires } = await readWhitelist(source);
  const daysLeft = Math.round((expires.getTime() - now.getTime()) / DAY);
  return { expires: instantOf(expires), daysLeft, isSigned };
}
