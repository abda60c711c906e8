export { openBundle } from './bundle/open-bundle.js';
export { joinBundles } from './bundle/join-bundles.js';
