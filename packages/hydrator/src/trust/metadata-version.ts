import { DepotError } from '../format/index.js';

/**
 * The version that a metadata file claims, to compare files that are verified elsewhere.
 * @throws DepotError `bad-format`
 */
export function metadataVersion(bytes: Buffer): number {
  try {
    const metadata = JSON.parse(bytes.toString('utf8')) as { signed?: { version?: unknown } } | null;
    return typeof metadata?.signed?.version === 'number' ? metadata.signed.version : 0;
  } catch (cause) {
    throw new DepotError('bad-format', `trusted metadata is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
