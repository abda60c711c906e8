export { alignColumns, median, renderBars, renderTable } from './chart.js';
export { compareStarts } from './compare-starts.js';
export { programCommand, runProgram } from './programs.js';
export { runJob } from './run-job.js';
export { launchEnvironment, runOn, startWays, withoutCaches } from './start-ways.js';

export type { Measurement } from './chart.js';
export type { Job, LaunchEnvironment, StartWay } from './start-ways.js';
