import { parseJson, renderJson } from '@depotcast/hydrator/format';
import * as v from 'valibot';

const schema = v.object({ format: v.literal('depotcast-cvmfs/1'), timestamp: v.number() });

/** The meta info object: which state of the signed trust metadata a revision shows. */
export function renderMetainfo(timestampVersion: number): Buffer {
  return Buffer.from(renderJson({ format: 'depotcast-cvmfs/1', timestamp: timestampVersion }));
}

/** @returns the version of the timestamp metadata @throws DepotError `bad-format` */
export function parseMetainfo(bytes: Buffer, where: string): number {
  return parseJson(schema, bytes.toString('utf8'), where).timestamp;
}
