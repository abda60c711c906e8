import type { Listing } from '@depotcast/hydrator/format';
import type { Problem } from '../spec/problem.js';

/** Where a package says which binaries or data sets it downloads. */
const ARTIFACTS = /^(?:dev|packages)\/([^/]+)\/(?:[^/]+\/)?(?:Julia)?Artifacts\.toml$/;

/** Packages that need artifacts: no layer for them is made yet, and a job could not download them. */
export function verifyArtifacts(manifestFile: string, sources: Listing): Problem[] {
  return sources.flatMap(({ path }) => {
    const name = ARTIFACTS.exec(path)?.[1];
    if (name === undefined) return [];
    return [
      {
        file: manifestFile,
        line: undefined,
        key: name,
        message: 'needs artifacts, which cannot be published yet',
        remedy: 'build an environment without it',
      },
    ];
  });
}
