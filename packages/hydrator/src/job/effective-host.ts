import { hostname } from 'node:os';
import { DepotError, type Image } from '../format/index.js';
import { readAllocation } from '../host/allocation.js';
import { commonHost } from '../host/common-host.js';
import type { HostFeatures, HostNode } from '../host/host-features.js';
import { readCaps } from '../host/read-caps.js';
import { type HostOptions, readHost } from '../host/read-host.js';
import { applyCaps } from '../select/apply-caps.js';
import { capLevels } from '../select/cap-levels.js';

/** Which host, or hosts, to choose for: this node unless told. */
export interface HostsOptions extends HostOptions {
  /** `uname -n` to match with caps; this node's own where its own cpuinfo is read. */
  readonly host?: string | undefined;
  /** File of caps instead of the site's own. */
  readonly config?: string | undefined;
  /** Recorded cpuinfos of several nodes. */
  readonly nodes?: readonly string[] | undefined;
  /** All nodes of the Slurm allocation. */
  readonly common?: boolean | undefined;
}

/**
 * What counts of the host, or of all hosts, that the options name: what their CPUs have, less what the site's caps take
 * away.
 * @param images of the release to choose from, whose targets caps may name too
 * @param env for Slurm: where it is, and which allocation
 * @throws DepotError as `readHost`, `readCaps`, `applyCaps`, `readAllocation` and `commonHost` do
 */
export async function effectiveHost(
  options: HostsOptions,
  images: readonly Image[],
  env: NodeJS.ProcessEnv,
): Promise<HostFeatures> {
  if (options.nodes !== undefined) {
    refuseConfig(options);
    return commonHost(await Promise.all(options.nodes.map((file) => recordedNode(file, options))));
  }
  if (options.common === true) {
    const caps = await readCaps(options.config);
    const levels = capLevels(images);
    const nodes = await readAllocation(env);
    return commonHost(nodes.map(({ name, host }) => ({ name, host: applyCaps(host, name, caps, levels) })));
  }
  const host = await readHost(options);
  const name = options.host || (options.cpuinfo === undefined ? hostname() : '');
  if (name !== '') return applyCaps(host, name, await readCaps(options.config), capLevels(images));
  refuseConfig(options);
  return host;
}

async function recordedNode(file: string, { machine }: HostOptions): Promise<HostNode> {
  return { name: file, host: await readHost({ cpuinfo: file, machine }) };
}

function refuseConfig({ config }: HostsOptions): void {
  if (config === undefined) return;
  throw new DepotError('usage', '--config: caps are by host name, and a recorded cpuinfo has none', {
    hint: "name the recorded host with --host, as its 'uname -n' says",
  });
}
