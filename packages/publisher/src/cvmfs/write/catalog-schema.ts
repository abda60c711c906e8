/**
 * The tables of a catalog, schema 2.5, as CernVM-FS' own tools make them.
 * @see https://github.com/cvmfs/cvmfs/blob/ae7450ec9c98d45ee1c1c3ab2cc7955dcbfd928a/cvmfs/catalog_sql.cc#L236
 */
export const CATALOG_TABLES = `
CREATE TABLE catalog (md5path_1 INTEGER, md5path_2 INTEGER, parent_1 INTEGER, parent_2 INTEGER,
  hardlinks INTEGER, hash BLOB, size INTEGER, mode INTEGER, mtime INTEGER, mtimens INTEGER, flags INTEGER,
  name TEXT, symlink TEXT, uid INTEGER, gid INTEGER, xattr BLOB,
  CONSTRAINT pk_catalog PRIMARY KEY (md5path_1, md5path_2));
CREATE TABLE chunks (md5path_1 INTEGER, md5path_2 INTEGER, offset INTEGER, size INTEGER, hash BLOB,
  CONSTRAINT pk_chunks PRIMARY KEY (md5path_1, md5path_2, offset, size),
  FOREIGN KEY (md5path_1, md5path_2) REFERENCES catalog(md5path_1, md5path_2));
CREATE TABLE nested_catalogs (path TEXT, sha1 TEXT, size INTEGER,
  CONSTRAINT pk_nested_catalogs PRIMARY KEY (path));
CREATE TABLE bind_mountpoints (path TEXT, sha1 TEXT, size INTEGER,
  CONSTRAINT pk_bind_mountpoints PRIMARY KEY (path));
CREATE TABLE statistics (counter TEXT, value INTEGER, CONSTRAINT pk_statistics PRIMARY KEY (counter));`;

/** Made once the rows are there: sorting them all is faster than keeping them sorted. */
export const CATALOG_INDEX = 'CREATE INDEX idx_catalog_parent ON catalog (parent_1, parent_2);';

/** Versions of the tables, which a reader looks at first. */
export const CATALOG_VERSION = { schema: '2.5', schema_revision: '7' } as const;
