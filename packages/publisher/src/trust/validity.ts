import type { MetadataRole } from '@depotcast/hydrator/format';
import type { RepositoryConfig } from '../repository/config.js';
import type { SignedState } from './signed-state.js';

const DAY = 24 * 60 * 60 * 1000;

export interface Validity {
  readonly role: MetadataRole;
  readonly version: number;
  /** UTC. */
  readonly expires: string;
  /** Days left, rounded; negative when it has expired. */
  readonly daysLeft: number;
  /** Whether less than a third of its time is left. */
  readonly due: boolean;
}

/** How long each role's signature still holds, by the role's own time span. */
export function validityOf(
  state: SignedState,
  days: RepositoryConfig['days'],
  now: Date,
): Record<MetadataRole, Validity> {
  const of = (role: MetadataRole): Validity => {
    const { version, expires } = state[role].signed;
    const left = new Date(expires).getTime() - now.getTime();
    return { role, version, expires, daysLeft: Math.round(left / DAY), due: left < (days[role] * DAY) / 3 };
  };
  return { root: of('root'), targets: of('targets'), snapshot: of('snapshot'), timestamp: of('timestamp') };
}
