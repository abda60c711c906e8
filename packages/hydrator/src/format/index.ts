export { BUNDLE_FILE, bundleListingPath, bundleTarPath, parseBundle } from './bundle.js';
export { canonicalJson } from './canonical-json.js';
export { appendEntry, currentEntry, parseChannel } from './channel.js';
export { parseDispatchTargets } from './compiled/dispatch-targets.js';
export { ElfFile } from './compiled/elf.js';
export { holdsFor } from './compiled/julia-feature.js';
export { proveImages } from './compiled/prove-images.js';
export { readImageTargets } from './compiled/image-targets.js';
export { decodeFeatures, isReadable, juliaFeatures } from './compiled/recorded-features.js';
export { refuseViolations, renderViolation } from './compiled/violation.js';
export { describeFailure } from './describe-failure.js';
export { digestOf, isDigest, parseDigest } from './digest.js';
export { findEnvironment } from './environment/find-environment.js';
export { heededPreferences, namedPackages, PREFERENCES_NAMES } from './environment/find-preferences.js';
export { findProject, PROJECT_NAMES, tryProject } from './environment/find-project.js';
export { findWorkspaces, WORKSPACES_SINCE } from './environment/find-workspaces.js';
export { parseManifest } from './environment/manifest.js';
export { mergePreferences, parsePreferences } from './environment/preferences.js';
export { parseProject, requireProject } from './environment/project.js';
export { parseToml, renderToml } from './environment/toml.js';
export { DepotError, EXIT_INTERNAL } from './error.js';
export { depotLayers, STARTS } from './image.js';
export { isAtLeast, isPathBound, parseJuliaVersion } from './julia-version.js';
export { isLayerId, LAYER_KINDS, layerIdOf, layerKindOf } from './layer.js';
export { channelOfTarget, releaseOfTarget, repository, targetName, tree } from './layout.js';
export { checkListing, parseListing, renderListing, treeDigestOf } from './listing.js';
export { objectPath, parseObjectHash } from './object-name.js';
export { comparePackages } from './package.js';
export { withPrivateMount } from './private-mount.js';
export { comparePaths, parseRelativePath, resolveLink } from './relative-path.js';
export { environmentOf, layersToStart, parseRelease, releaseIdOf } from './release.js';
export {
  digestSchema,
  isName,
  isPrefix,
  layerIdSchema,
  nameSchema,
  parseJson,
  prefixSchema,
  renderJson,
  sizeSchema,
} from './schema.js';
export { splitArguments } from './split-arguments.js';
export { objectPathsOf, parseStoredListing, renderStoredListing } from './stored-listing.js';
export { BASELINE, cpuTargetFor, findTarget, TARGETS } from './target.js';

export type { Bundle, BundleLayer } from './bundle.js';
export type { Channel, ChannelEntry } from './channel.js';
export type { ByteSource } from './compiled/byte-source.js';
export type { RecordedTarget } from './compiled/dispatch-targets.js';
export type { JuliaFeature } from './compiled/julia-feature.js';
export type { ImageProof, Proof, ProvenCache } from './compiled/prove-images.js';
export type { ReadableLayer } from './compiled/read-compiled.js';
export type { RecordedFeatures } from './compiled/recorded-features.js';
export type { Rule, Violation } from './compiled/violation.js';
export type { Digest } from './digest.js';
export type { FoundEnvironment, MissingFile } from './environment/find-environment.js';
export type { FoundProject } from './environment/find-project.js';
export type { Manifest, ManifestEntry, Origin } from './environment/manifest.js';
export type { Preferences } from './environment/preferences.js';
export type { Project } from './environment/project.js';
export type { ProjectFiles } from './environment/project-files.js';
export type { DepotErrorOptions, ErrorCode } from './error.js';
export type { Environment, Image, Start } from './image.js';
export type { JuliaVersion } from './julia-version.js';
export type { LayerId, LayerInputs, LayerKind } from './layer.js';
export type { MetadataRole, TargetName } from './layout.js';
export type { DirectoryEntry, FileEntry, LinkEntry, Listing, ListingEntry } from './listing.js';
export type { ObjectHash, ObjectSuffix } from './object-name.js';
export type { Package, PackageChange } from './package.js';
export type { RelativePath } from './relative-path.js';
export type { Release, ReleaseId, ReleaseLayer } from './release.js';
export type { Piece, StoredContent, StoredEntry, StoredFileEntry, StoredListing } from './stored-listing.js';
export type { Arch, Target } from './target.js';
