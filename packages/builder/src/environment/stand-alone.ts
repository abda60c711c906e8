import {
  type FoundEnvironment,
  namedPackages,
  parseToml,
  PREFERENCES_NAMES,
  type Project,
  renderToml,
} from '@depotcast/hydrator/format';

/** The file that a release's preferences stand in where they come from several places. */
const MERGED_PREFERENCES = 'LocalPreferences.toml';

/**
 * Texts of a project as its sources layer has them, where neither its workspace nor the Manifest that it names is: what
 * a workspace prefers of packages becomes the project's own preference.
 * @param texts by name, files beside the project
 */
export function standAlone(
  { text, file, project, workspaces, preferences }: FoundEnvironment,
  texts: ReadonlyMap<string, string>,
): Map<string, string> {
  if (workspaces.length === 0 || Object.keys(preferences).length === 0) {
    return new Map([['Project.toml', withoutManifest(text, file, project)], ...texts]);
  }
  // Julia heeds preferences of packages that a project names.
  const known = namedPackages(project);
  const named = workspaces.flatMap((workspace) => [...namedPackages(workspace.project)]);
  const missing = named.filter(([name]) => name in preferences && !known.has(name));
  const extras = { ...Object.fromEntries(missing), ...project.extras };
  return new Map([
    ['Project.toml', withChanges(text, file, { extras, manifest: undefined })],
    ...[...texts].filter(([name]) => !PREFERENCES_NAMES.includes(name)),
    [MERGED_PREFERENCES, renderToml(preferences)],
  ]);
}

function withoutManifest(text: string, file: string, { manifest }: Project): string {
  return manifest === undefined ? text : withChanges(text, file, { manifest: undefined });
}

function withChanges(text: string, file: string, changes: Readonly<Record<string, unknown>>): string {
  const changed = Object.entries({ ...(parseToml(text, file) as object), ...changes });
  return renderToml(Object.fromEntries(changed.filter(([, value]) => value !== undefined)));
}
