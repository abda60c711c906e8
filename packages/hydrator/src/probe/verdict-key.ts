import { readFile, stat } from 'node:fs/promises';
import { release as kernelRelease } from 'node:os';
import { join } from 'node:path';
import { type Digest, digestOf, type Image, layersToStart, type Release } from '../format/index.js';
import type { HostFeatures } from '../host/host-features.js';
import type { JuliaProgram } from '../launch/julia-program.js';

/** Lines of a cpuinfo that tell one CPU from another; its speed at the moment does not. */
const MODEL_LINE =
  /^(?:model name|microcode|CPU (?:implementer|architecture|variant|part|revision))[ \t]*:.*$/gim;

/**
 * All that decides whether an image starts here: the host as it counts, its CPU and kernel, the Julia program, and the
 * content of the image's layers.
 * @param cpuinfo file that the host was read from
 */
export async function verdictKey(
  release: Release,
  image: Image,
  host: HostFeatures,
  julia: JuliaProgram,
  cpuinfo = '/proc/cpuinfo',
): Promise<Digest> {
  const text = await readFile(cpuinfo, 'utf8').catch(() => '');
  const program = await stat(join(julia.bindir, 'julia')).catch(() => undefined);
  return digestOf(
    JSON.stringify({
      host: [
        host.arch,
        [...host.features].sort(),
        [...new Set(text.match(MODEL_LINE))].sort(),
        kernelRelease(),
      ],
      julia: [julia.command, julia.version, julia.bindir, program?.size ?? null, program?.mtimeMs ?? null],
      image: [image.julia.identity, image.flags, layersToStart(release, image).map(({ tree }) => tree)],
    }),
  );
}
