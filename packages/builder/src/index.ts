export { SETTLE_SCRIPT } from './baked/probe-script.js';
export { inspectBundle } from './commands/inspect.js';
export { listTargets } from './commands/targets.js';
export { exactTrace } from './julia/exact-trace.js';
export { parseReplayOutput, renderReplay } from './julia/scripts/replay-script.js';
export { renderSysimageScript } from './julia/scripts/sysimage-script.js';
export { countStatements } from './julia/statements.js';
export { planBuild } from './plan/plan-build.js';
export { parseSpec } from './spec/parse.js';
export { readSpec } from './spec/read.js';

export type { BuildReport, ImageReport } from './commands/build-report.js';
export type { BundleReport } from './commands/inspect.js';
export type { TargetRow } from './commands/targets.js';
export type { ExactTrace } from './julia/exact-trace.js';
export type { Plan } from './plan/plan.js';
export type { Stage } from './plan/stage.js';
export type { EnvironmentSpec, Spec, SpecOverrides } from './spec/spec.js';
