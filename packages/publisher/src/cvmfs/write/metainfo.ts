import { renderJson } from '@depotcast/hydrator/format';
import * as v from 'valibot';

const schema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ format: v.literal('depotcast-cvmfs/1'), timestamp: v.number() }),
);

/** The meta info object: which version of the timestamp metadata a revision shows. */
export function renderMetainfo(timestampVersion: number): Buffer {
  return Buffer.from(renderJson({ format: 'depotcast-cvmfs/1', timestamp: timestampVersion }));
}

/** @returns the version of the timestamp metadata; undefined for a meta info that others wrote */
export function parseMetainfo(bytes: Buffer): number | undefined {
  const result = v.safeParse(schema, bytes.toString('utf8'));
  return result.success ? result.output.timestamp : undefined;
}
