import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.js';

/**
 * Files in the user's own depot that a plain `julia` would heed. A start on a release does not.
 * @param home the user's home directory
 * @param version Julia's
 */
export async function findUserFiles(home: string, version: string): Promise<Finding[]> {
  const depot = join(home, '.julia');
  const startup = join(depot, 'config', 'startup.jl');
  const [major, minor] = version.split('.');
  const project = join(depot, 'environments', `v${major ?? ''}.${minor ?? ''}`, 'Project.toml');
  const findings: Finding[] = [];
  if (/^\s*[^\s#]/m.test(await readText(startup))) {
    findings.push({
      effect: 'diverts',
      subject: startup,
      what: 'runs before the job wherever julia is started without --startup-file=no',
      remedy: 'start julia with $DEPOT_JULIA_FLAGS, by depot-hydrate exec, or by activate',
    });
  }
  if ((await readText(project)).includes('[deps]')) {
    findings.push({
      effect: 'diverts',
      subject: project,
      what: "its packages may be loaded instead of the release's where JULIA_LOAD_PATH is not @:@stdlib",
      remedy: 'start julia by depot-hydrate exec or activate, or evaluate depot-hydrate env first',
    });
  }
  return findings;
}

/** Empty where there is no such file, or none that this user can read, and so none that Julia heeds. */
async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(code)) return '';
    throw error;
  });
}
