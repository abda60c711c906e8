import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { DepotError } from '@depotcast/hydrator/format';
import { DurableWriter } from '../files/durable-writer.js';
import { exists } from '../files/exists.js';
import { isMissing } from '../files/missing.js';
import { createSecret, readSecret } from '../trust/secret-file.js';
import { selfSignedCertificate } from './write/certificate.js';

/** What CernVM-FS' own tools make, and what every client can verify. */
const MODULUS_BITS = 2048;

/** Files of a repository's CernVM-FS keys, named as CernVM-FS' own tools look for them. */
export function namespaceKeyFiles(directory: string, name: string) {
  const file = (kind: string) => join(directory, `${name}.${kind}`);
  return {
    /** Signs whitelists; secret. */
    master: file('masterkey'),
    /** For clients. */
    masterPublic: file('pub'),
    /** Signs manifests; secret. */
    repository: file('key'),
    certificate: file('crt'),
  } as const;
}

/** What signing a revision takes. */
export interface RepositoryKey {
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string;
}

/**
 * Makes the keys of a repository, as far as they are not there yet.
 * @throws DepotError `usage` for a secret key that others can read
 */
export async function createNamespaceKeys(directory: string, name: string, now: Date): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = namespaceKeyFiles(directory, name);
  const [master, repository] = [await readOrMakeKey(files.master), await readOrMakeKey(files.repository)];
  const writer = new DurableWriter(directory);
  await writer.write(
    basename(files.masterPublic),
    createPublicKey(master).export({ type: 'spki', format: 'pem' }),
  );
  if (!(await exists(files.certificate))) {
    await writer.write(basename(files.certificate), selfSignedCertificate(name, repository, now));
  }
  await writer.sync();
}

/** @throws DepotError as {@link readSecret} */
export async function readRepositoryKey(directory: string, name: string): Promise<RepositoryKey> {
  const files = namespaceKeyFiles(directory, name);
  const key = parseKey(await readSecret(files.repository), files.repository);
  return { key, certificate: await readFile(files.certificate, 'utf8') };
}

/** The key that signs whitelists; undefined where it is kept elsewhere. */
export async function readMasterKey(directory: string, name: string): Promise<KeyObject | undefined> {
  const { master } = namespaceKeyFiles(directory, name);
  return (await exists(master)) ? parseKey(await readSecret(master), master) : undefined;
}

/** The public half of the master key, PEM. @throws DepotError `not-found` */
export async function readMasterPublicKey(directory: string, name: string): Promise<string> {
  const { masterPublic } = namespaceKeyFiles(directory, name);
  try {
    return await readFile(masterPublic, 'utf8');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new DepotError('not-found', `${masterPublic}: no such key`, {
      cause,
      hint: 'it is what clients have as CVMFS_PUBLIC_KEY; name its directory with --keys',
    });
  }
}

async function readOrMakeKey(file: string): Promise<KeyObject> {
  if (await exists(file)) return parseKey(await readSecret(file), file);
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  await createSecret(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new DepotError('bad-format', `${file}: not a private key in PEM form`, { cause });
  }
}
