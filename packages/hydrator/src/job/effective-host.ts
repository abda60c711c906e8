import { hostname } from 'node:os';
import { DepotError, type Image } from '../format/index.js';
import type { HostFeatures } from '../host/host-features.js';
import { readCaps } from '../host/read-caps.js';
import { type HostOptions, readHost } from '../host/read-host.js';
import { applyCaps } from '../select/apply-caps.js';
import { capLevels } from '../select/cap-levels.js';

/**
 * What counts of the host that the options name: what its CPUs have, less what the site's caps take away.
 * @param images of the release to choose from, whose targets caps may name too
 * @throws DepotError as `readHost`, `readCaps` and `applyCaps` do
 */
export async function effectiveHost(options: HostOptions, images: readonly Image[]): Promise<HostFeatures> {
  const host = await readHost(options);
  const name = options.host || (options.cpuinfo === undefined ? hostname() : '');
  if (name !== '') return applyCaps(host, name, await readCaps(options.config), capLevels(images));
  if (options.config === undefined) return host;
  throw new DepotError('usage', '--config: caps are by host name, and a recorded cpuinfo has none', {
    hint: "name the recorded host with --host, as its 'uname -n' says",
  });
}
