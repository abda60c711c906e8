import { repository } from '@depotcast/hydrator/format';
import { type Html, html } from './html.js';
import type { Site } from './site.js';

/** Commands to copy, and how to know that this repository is the right one. */
export function useSection({ name, prefix, channels, rootFingerprint }: Site): Html {
  const channel =
    channels.find(({ channel }) => channel === 'prod')?.channel ?? channels[0]?.channel ?? 'prod';
  const root = repository.metadataFile('root', 1);
  return html`<section id="use">
      <h2>How to use it</h2>
      <p>In a job, where the tree is mounted, with nothing installed but a shell:</p>
      <pre>${prefix}/channels/${channel}/activate julia job.jl</pre>
      <p>With <code>depot-hydrate</code>, which also verifies every signature and byte:</p>
      <pre>depot-hydrate exec --repo ${prefix} --channel ${channel} -- julia job.jl</pre>
      <p>Without a mount, straight from where this page is served:</p>
      <pre>
depot-hydrate exec --repo https://HOST/PATH --root root.json --channel ${channel} -- julia job.jl</pre>
      <p>Which image this node would get, and what it lacks for a better one:</p>
      <pre>depot-hydrate explain --repo ${prefix} --channel ${channel}</pre>
    </section>
    <section id="verify">
      <h2>How to verify it</h2>
      <p>
        <strong>This page is not signed.</strong> It is written from signed metadata for people to read, and
        nothing depends on it. What nodes trust descends from one root. Its SHA-256, to be compared with what
        the publisher told you by another way than this page:
      </p>
      <pre>${rootFingerprint}  <a href="${root}">${root}</a></pre>
      <p>Every file of a copy, against the root that you were handed:</p>
      <pre>
depot-publish mirror https://HOST/PATH ${name} --root root.json
depot-publish verify ${name} --root root.json</pre>
    </section>`;
}
