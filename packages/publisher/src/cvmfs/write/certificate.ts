import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bitString, integer, nothing, objectIdentifier, sequence, set, time, utf8String } from './der.js';

/** 1.2.840.113549.1.1.11 */
const SHA256_WITH_RSA = sequence(objectIdentifier('2a864886f70d01010b'), nothing);
/** 2.5.4.3 */
const COMMON_NAME = objectIdentifier('550403');
/** RFC 5280, 4.1.2.5: the value for a certificate without an expiry. The whitelist says how long a key may sign. */
const NEVER = new Date('9999-12-31T23:59:59Z');
const SERIAL_BYTES = 16;

/**
 * A self-signed X.509 certificate (version 1) as PEM text. It does no more than carry the public key: CernVM-FS trusts
 * the certificates that its whitelist names, whoever has signed them.
 */
export function selfSignedCertificate(name: string, key: KeyObject, now: Date): string {
  const subject = sequence(set(sequence(COMMON_NAME, utf8String(name))));
  const body = sequence(
    integer(Buffer.concat([Buffer.from([1]), randomBytes(SERIAL_BYTES)])),
    SHA256_WITH_RSA,
    subject,
    sequence(time(now), time(NEVER)),
    subject,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  );
  const certificate = sequence(body, SHA256_WITH_RSA, bitString(sign('RSA-SHA256', body, key)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
