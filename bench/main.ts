import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchPublish } from './publish/bench-publish.js';
import { benchStart } from './start/bench-start.js';

const USAGE = `usage: npm run bench [-- publish [--large]]
       npm run bench -- start [--repo DIR] [--channel C] [--runs N] [SCRIPT ARG ...]

start measures the repository that 'npm run demo' left unless told; JULIA and CVMFS_TOOLS name other programs
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    large: { type: 'boolean', default: false },
    repo: { type: 'string', default: 'demo/repo' },
    channel: { type: 'string', default: 'prod' },
    runs: { type: 'string', default: '3' },
  },
});
const [bench = 'publish', ...script] = positionals;
switch (bench) {
  case 'publish':
    await benchPublish(values);
    break;
  case 'start':
    await benchStart({
      repo: resolve(values.repo),
      channel: values.channel,
      runs: Number(values.runs),
      script: script.length > 0 ? script : ['examples/hep-jets/analysis.jl'],
    });
    break;
  default:
    process.stderr.write(USAGE);
    process.exitCode = 2;
}
