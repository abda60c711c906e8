import type { Source } from '@depotcast/hydrator';
import { DepotError } from '@depotcast/hydrator/format';
import { Metadata, MetadataKind, type Root } from '@tufjs/models';

/** Bytes; TUF metadata that is longer was not written here. */
export const MAX_METADATA_BYTES = 16 * 1024 * 1024;

type JsonObject = ReturnType<Metadata<Root>['toJSON']>;

/** @throws SyntaxError for what is no JSON; the models judge the rest */
export function parseObject(bytes: Buffer): JsonObject {
  return JSON.parse(bytes.toString('utf8')) as JsonObject;
}

/** A root that is signed by itself. */
export function parseRoot(bytes: Buffer): Metadata<Root> {
  const root = Metadata.fromJSON(MetadataKind.Root, parseObject(bytes));
  root.verifyDelegate('root', root);
  return root;
}

/** The root that follows `previous`: signed by it and by itself. */
export function parseNextRoot(bytes: Buffer, previous: Metadata<Root>): Metadata<Root> {
  const next = parseRoot(bytes);
  previous.verifyDelegate('root', next);
  if (next.signed.version === previous.signed.version + 1) return next;
  throw new Error(`expected version ${previous.signed.version + 1}, got ${next.signed.version}`);
}

/**
 * Runs a check of one metadata file and says which file it was, whatever the models throw.
 * @throws DepotError `bad-format` for what is no JSON, else `bad-signature`
 */
export function judging<T>(where: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    const code = cause instanceof SyntaxError ? 'bad-format' : 'bad-signature';
    throw new DepotError(code, `${where}: ${(cause as Error).message}`, { cause });
  }
}

export async function readIfPresent(source: Source, path: string): Promise<Buffer | undefined> {
  try {
    return await source.read(path, MAX_METADATA_BYTES);
  } catch (error) {
    if (error instanceof DepotError && error.code === 'not-found') return undefined;
    throw error;
  }
}
