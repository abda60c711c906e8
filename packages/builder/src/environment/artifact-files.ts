/** Names of the file in which a package declares its artifacts; Julia takes the first that is there. */
export const ARTIFACT_FILES = ['JuliaArtifacts.toml', 'Artifacts.toml'];
