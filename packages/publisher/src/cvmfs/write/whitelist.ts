import { X509Certificate } from 'node:crypto';
import { hashOf } from './hash-text.js';
import { sealLines, type SignHash } from './signed-text.js';

export interface Whitelist {
  readonly name: string;
  readonly issued: Date;
  /** Compared by clients to the hour. */
  readonly expires: Date;
  /** Certificates, as PEM texts, whose keys may sign manifests. */
  readonly certificates: readonly string[];
}

/** `.cvmfswhitelist`: who may sign this repository's manifests, and until when. */
export function renderWhitelist(whitelist: Whitelist, sign: SignHash): Buffer {
  const lines = [
    instantOf(whitelist.issued),
    `E${instantOf(whitelist.expires)}`,
    `N${whitelist.name}`,
    ...whitelist.certificates.map(fingerprintOf),
  ];
  return sealLines(lines, sign);
}

/** Of the DER form, as hex pairs: `3A:F2:...:AA-SHAKE128`. */
function fingerprintOf(certificate: string): string {
  const digest = hashOf(new X509Certificate(certificate).raw).toUpperCase();
  return `${digest.match(/../g)?.join(':') ?? ''}-SHAKE128`;
}

/** UTC, `YYYYMMDDhhmmss`. */
function instantOf(time: Date): string {
  return time
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:T]/g, '');
}
