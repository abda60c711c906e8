import type { Image } from '../format/index.js';
import type { Candidate, Decision } from './select-image.js';

/** Images passed over, and missing features of each, that the line has room for. */
const MAX_IMAGES = 3;
const MAX_FEATURES = 3;
const MAX_LENGTH = 500;

/**
 * What a job's log says of the choice, in one line of bounded length: the release, the image, and which stronger images
 * were passed over and why; none of another architecture, which nobody would expect.
 * @param release its name and the beginning of its id
 * @param failed why an image that the host should run did not stand its probe
 */
export function renderLogLine(
  release: string,
  image: Image,
  { candidates }: Decision,
  failed: ReadonlyMap<Image, string> = new Map(),
): string {
  const stronger = candidates.slice(
    0,
    candidates.findIndex((candidate) => candidate.image === image),
  );
  const entries = stronger
    .filter(({ runnable, missing }) => runnable || missing.length > 0)
    .map((candidate) => `${candidate.image.target}: ${failed.get(candidate.image) ?? reason(candidate)}`);
  const distinct = [...new Set(entries)];
  const shown = distinct.slice(0, MAX_IMAGES).join('; ');
  const more = distinct.length > MAX_IMAGES ? `; and ${distinct.length - MAX_IMAGES} more` : '';
  const passedOver = distinct.length === 0 ? '' : `; passed over ${shown}${more}`;
  return `depotcast: ${release} on ${image.target}, ${image.start}${passedOver}`.slice(0, MAX_LENGTH);
}

function reason({ runnable, missing, capped, nodes }: Candidate): string {
  if (runnable) return 'not what DEPOT_TARGET asks for';
  const some = missing.slice(0, MAX_FEATURES).join(' ');
  const more = missing.length > MAX_FEATURES ? ' ...' : '';
  const where = nodes === undefined ? '' : ` on ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  return `missing ${some}${more}${capped === undefined ? '' : ' (capped)'}${where}`;
}
