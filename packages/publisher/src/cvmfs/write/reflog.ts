import { writeDatabase } from '../database.js';
import { insertAll, insertProperties } from './insert.js';

/** Kinds of objects that a revision refers to; their place is their number in the database. */
export const REFERENCE_KINDS = ['catalog', 'certificate', 'history', 'metainfo'] as const;

/** An object that some revision, past or present, has referred to. */
export interface Reference {
  readonly kind: (typeof REFERENCE_KINDS)[number];
  /** As spelled in manifests. */
  readonly hash: string;
  /** Seconds since the epoch. */
  readonly time: number;
}

/** Makes `.cvmfsreflog`, from which CernVM-FS' own tools know what there is to keep or to collect. */
export async function makeReflog(name: string, references: readonly Reference[]): Promise<Buffer> {
  return writeDatabase((database) => {
    insertProperties(database, { schema: '1.0', schema_revision: '0', fqrn: name });
    database.exec(
      'CREATE TABLE refs (hash TEXT, type INTEGER, timestamp INTEGER, CONSTRAINT pk_refs PRIMARY KEY (hash))',
    );
    const rows = references.map(({ hash, kind, time }) => [hash, REFERENCE_KINDS.indexOf(kind), time]);
    insertAll(database, 'refs', rows);
  });
}
