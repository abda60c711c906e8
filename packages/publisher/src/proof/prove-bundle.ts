import { type LayerId, proveImages, refuseViolations } from '@depotcast/hydrator/format';
import type { JoinedBundle } from '../bundle/join-bundles.js';
import { TarLayer } from './tar-layer.js';

/**
 * Checks, without Julia, that nodes will take the package caches of a bundle. Images all of whose layers are published
 * have been checked then.
 * @throws DepotError `unproven` with all that is wrong; `bad-format` or `bad-digest` for a damaged tar
 */
export async function proveBundle(
  bundle: JoinedBundle,
  published: ReadonlyMap<LayerId, unknown>,
): Promise<void> {
  const images = bundle.images.filter(({ compiled, artifacts, sysimage }) =>
    [compiled, ...artifacts, sysimage].some((id) => id !== null && !published.has(id)),
  );
  const layers = new Map(bundle.layers.map((layer) => [layer.id, new TarLayer(layer)]));
  try {
    const { violations } = await proveImages({ ...bundle, images }, layers);
    refuseViolations(violations, `${bundle.name} ${bundle.version}`);
  } finally {
    await Promise.all([...layers.values()].map((layer) => layer.close()));
  }
}
