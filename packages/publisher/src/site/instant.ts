import { type Html, html } from './html.js';

/** An instant of the metadata, as people read it; UTC. */
export function instant(iso: string): Html {
  return html`<time class="number" datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)}</time> UTC`;
}
