import { fileURLToPath } from 'node:url';

/** The checkout's own folder; compiled, this file stands in test/dist/support. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));
