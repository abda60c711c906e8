import {
  depotLayers,
  environmentOf,
  type Image,
  isPathBound,
  type Release,
  type ReleaseId,
  tree,
} from '../format/index.js';
import { quote } from '../launch/quote.js';
import { byImageStrength } from '../select/select-image.js';
import { ACTIVATE_SCRIPT } from './activate-script.js';
import { renderSelectAwk } from './select-awk.js';

/**
 * `releases/<id>/activate`: a POSIX shell script that chooses an image by this node's CPU and starts Julia on it, from a
 * mounted tree, with nothing on the node but sh and awk. It chooses as `depot-hydrate` does and uses its exit codes.
 */
export function renderActivate(release: Release, id: ReleaseId): string {
  const images = [...release.images].sort(byImageStrength);
  return `#!/bin/sh
# Starts Julia on the image of this release that the node's CPU can run:
#   activate [options] julia script.jl ...      run a job
#   eval "$(activate [options] --env)"          then: julia $DEPOT_JULIA_FLAGS script.jl
#   activate [options] --explain                every image: chosen, or which features are missing
# Options: --environment NAME, --target NAME, --start sysimage|caches,
#   --julia PROGRAM (instead of the release's own, or of julia),
#   --cpuinfo FILE, --machine NAME and --host NAME (a recorded host instead of this node),
#   --config FILE (the site's caps, instead of /etc/depotcast.toml).
# With --env: --format slurm (the lines of a TaskProlog), --fail-open (where no image can be had, leave the job with plain
#   Julia and say why: so does slurm), --fail-closed (fail: so does sh).
# Exit codes: 2 usage, 3 no image runs on this host, 5 not found.
set -u

release=${quote(`${release.name} (${id.slice(0, 12)})`)}
environment=${quote(release.environments[0]?.name ?? '')}
root=${release.pathBound ? quote(release.prefix) : '$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd -P)'}

describe() {
  case $1 in
${images.map((image, index) => renderDescription(release, image, index + 1)).join('\n')}
  esac
}

selection=${quote(renderSelectAwk(images))}
${ACTIVATE_SCRIPT}`;
}

function renderDescription(release: Release, image: Image, number: number): string {
  const environment = environmentOf(release, image);
  const depots = depotLayers(environment, image).map((id) => `$root/${tree.layer(id)}`);
  const sysimage = image.sysimage === null ? [] : ['-J', `$root/${tree.sysimage(image.sysimage)}`];
  const variables: readonly [name: string, value: string][] = [
    ['environment', quote(image.environment)],
    ['target', quote(image.target)],
    ['start', image.start],
    ['arch', image.arch],
    ['julia', image.julia.version],
    ['path_bound', isPathBound(image.julia.version) ? 'yes' : 'no'],
    ['project', quote(tree.project(environment))],
    ['bindir', image.runtime === undefined ? '' : `$root/${tree.bindir(image.runtime)}`],
    ['sysimage', image.sysimage === null ? '' : `$root/${tree.sysimage(image.sysimage)}`],
    ['depots', depots.join(':')],
    ['flags', `"${[...sysimage, ...image.flags, '--startup-file=no'].join(' ')}"`],
  ];
  return `    ${number})\n${variables.map(([name, value]) => `      image_${name}=${value}`).join('\n')}\n      ;;`;
}
