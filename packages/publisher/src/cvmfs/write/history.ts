import { writeDatabase } from '../database.js';
import { insertAll, insertProperties } from './insert.js';

/** A name for a revision, for clients that are to stay with it. */
export interface Tag {
  readonly name: string;
  /** Hash of the root catalog, as spelled in manifests. */
  readonly catalog: string;
  /** Bytes of the root catalog, before compression. */
  readonly catalogSize: number;
  readonly revision: number;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly description: string;
}

const VERSION = { schema: '1.0', schema_revision: '3' } as const;

/**
 * The tables of a tag database, schema 1.0.
 * @see https://github.com/cvmfs/cvmfs/blob/ae7450ec9c98d45ee1c1c3ab2cc7955dcbfd928a/cvmfs/history_sql.cc#L35
 */
const TABLES = `
CREATE TABLE branches (branch TEXT, parent TEXT, initial_revision INTEGER,
  CONSTRAINT pk_branch PRIMARY KEY (branch), FOREIGN KEY (parent) REFERENCES branches (branch),
  CHECK ((branch <> '') OR (parent IS NULL)), CHECK ((branch = '') OR (parent IS NOT NULL)));
INSERT INTO branches (branch, parent, initial_revision) VALUES ('', NULL, 0);
CREATE TABLE tags (name TEXT, hash TEXT, revision INTEGER, timestamp INTEGER, channel INTEGER, description TEXT,
  size INTEGER, branch TEXT, CONSTRAINT pk_tags PRIMARY KEY (name),
  FOREIGN KEY (branch) REFERENCES branches (branch));
CREATE TABLE recycle_bin (hash TEXT, flags INTEGER, CONSTRAINT pk_hash PRIMARY KEY (hash));`;

/** Makes the tag database. */
export async function makeHistory(name: string, tags: readonly Tag[]): Promise<Buffer> {
  return writeDatabase((database) => {
    insertProperties(database, { ...VERSION, fqrn: name });
    database.exec(TABLES);
    insertAll(database, 'tags', tags.map(rowOf));
  });
}

function rowOf({ name, catalog, revision, time, description, catalogSize }: Tag) {
  const [channel, branch] = [0, ''];
  return [name, catalog, revision, time, channel, description, catalogSize, branch];
}
