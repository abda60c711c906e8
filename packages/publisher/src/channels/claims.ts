import type { TrustedRepository } from '@depotcast/hydrator';
import type { OpenRepository } from '../repository/open-repository.js';
import { pinsOf } from '../repository/pins.js';
import type { Claims } from './plan-retire.js';
import type { NamedRelease } from './resolve-release.js';

/** What keeps a repository's releases from being retired. */
export async function readClaims({ trusted, state }: OpenRepository): Promise<Claims> {
  const channels = await Promise.all(trusted.channels().map((name) => trusted.channel(name)));
  return { channels, pins: pinsOf(state.targets.signed) };
}

export async function namedReleases(trusted: TrustedRepository): Promise<NamedRelease[]> {
  const releases = await Promise.all(trusted.releases().map((id) => trusted.release(id)));
  return releases.map(({ id, release }) => ({ id, name: release.name }));
}
