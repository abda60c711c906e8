import type { KeyPath } from './locate.js';

/** What to write for a key that is missing or has an impossible value. */
export function exampleFor(path: KeyPath): string | undefined {
  return EXAMPLES[String(path.findLast((key) => typeof key === 'string'))];
}

const EXAMPLES: Readonly<Record<string, string>> = {
  name: 'name = "analysis"',
  version: 'version = "1.0"',
  prefix: 'prefix = "/cvmfs/julia.example.org"',
  targets: 'targets = ["x86-64", "x86-64-v3"]',
  arch: 'arch = "x86_64"',
  requires: 'requires = ["avx512_bf16"]',
  base: 'base = "x86-64-v4"',
  julia: 'julia = "haswell,-rdrnd"',
  since: 'since = "1.11"',
  'cpu-target': 'cpu-target = "haswell,-rdrnd"',
  environment: 'a table [[environment]] with name = "analysis"',
  starts: 'starts = ["sysimage", "caches"]',
  project: 'project = "."',
  'lazy-artifacts': 'lazy-artifacts = true',
  workload: 'workload = "workload.jl"',
  statements: 'statements = "statements.jl"',
  packages: 'packages = ["Statistics"]',
  command: 'command = "julia"',
  linker: 'linker = "cc"',
  'bundle-runtime': 'bundle-runtime = true',
  'opt-level': 'opt-level = 2',
  'other-cpu': 'other-cpu = true',
  'check-bounds': 'check-bounds = "yes"',
};
