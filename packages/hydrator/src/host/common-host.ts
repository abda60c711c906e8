import { DepotError } from '../format/index.js';
import { someOf } from './some-of.js';
import type { HostFeatures, HostNode } from './host-features.js';

/**
 * What all nodes have in common, as one host. A feature counts as taken away by a cap where no CPU lacks it.
 * @throws DepotError `no-image` when their architectures differ
 */
export function commonHost(nodes: readonly HostNode[]): HostFeatures {
  const hosts = nodes.map(({ host }) => host);
  const [first] = hosts;
  if (first === undefined) throw new DepotError('usage', 'no node to choose for');
  requireOneArch(nodes);
  const features = intersect(hosts.map((host) => host.features));
  const present = intersect(hosts.map((host) => new Set([...host.features, ...(host.cap?.hides ?? [])])));
  const says = new Set(hosts.flatMap(({ cap }) => cap?.says ?? []));
  const hides = new Set([...present].filter((feature) => !features.has(feature)));
  return {
    arch: first.arch,
    features,
    warnings: sharedWarnings(nodes),
    ...(says.size === 0 ? {} : { cap: { says: [...says].join('; '), hides } }),
    nodes,
  };
}

function requireOneArch(nodes: readonly HostNode[]): void {
  const byArch = new Map<string, HostNode[]>();
  for (const node of nodes) byArch.set(node.host.arch, [...(byArch.get(node.host.arch) ?? []), node]);
  if (byArch.size < 2) return;
  const parts = [...byArch].map(([arch, group]) => `${arch} (${someOf(group.map(({ name }) => name))})`);
  throw new DepotError('no-image', `no image runs on all nodes, which are ${parts.join(' and ')}`, {
    hint: 'ask for nodes of one architecture',
  });
}

function intersect(sets: readonly ReadonlySet<string>[]): Set<string> {
  return new Set([...(sets[0] ?? [])].filter((feature) => sets.every((set) => set.has(feature))));
}

function sharedWarnings(nodes: readonly HostNode[]): string[] {
  const byWarning = new Map<string, string[]>();
  for (const { name, host } of nodes) {
    for (const warning of host.warnings) byWarning.set(warning, [...(byWarning.get(warning) ?? []), name]);
  }
  return [...byWarning].map(([warning, names]) => `${warning} (on ${someOf(names)})`);
}
