import { decodeFeatures } from '@depotcast/hydrator/format';
import { auditImage, type AuditTools } from './audit-image.js';
import { checkImage, type ImageOrder } from './check-image.js';

/**
 * Checks what images that were compiled for one order say of themselves, and the code that is in them.
 * @returns how that went, for people, where not all could be done; empty otherwise
 * @throws DepotError `build-failed`
 */
export async function verifyImages(
  files: readonly string[],
  order: ImageOrder,
  tools: AuditTools,
): Promise<string> {
  const unaudited = new Set<string>();
  for (const file of files) {
    const [target] = await checkImage(file, order);
    if (target === undefined) continue;
    const { kernel } = decodeFeatures(target, order.arch, order.juliaVersion);
    const reason = await auditImage(file, { ...order, ...tools, features: kernel });
    if (reason !== undefined) unaudited.add(reason);
  }
  return unaudited.size === 0 ? '' : `, registers not audited: ${[...unaudited].join(', ')}`;
}
