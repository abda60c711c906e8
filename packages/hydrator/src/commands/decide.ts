import type { Release } from '../format/index.js';
import type { HostFeatures } from '../host/host-features.js';
import { applyOverride, parseOverride } from '../select/override.js';
import { type Decision, selectImage, type Wish } from '../select/select-image.js';
import type { Context } from './context.js';

/** The one way in which commands choose: by the host, under DEPOT_TARGET where no option names a target. */
export function decide(
  release: Release,
  host: HostFeatures,
  wish: Wish,
  { env }: Pick<Context, 'env'>,
): { readonly decision: Decision; readonly warnings: readonly string[] } {
  const override = wish.target === undefined ? parseOverride(env['DEPOT_TARGET']) : undefined;
  const { decision, warning } = applyOverride(selectImage(release, host, wish), override);
  return { decision, warnings: [...host.warnings, ...(warning === undefined ? [] : [warning])] };
}
