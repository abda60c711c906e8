const MAX_NAMES = 3;

/** Names in a sentence, of which there can be thousands, as of a job's nodes: `n1, n2, n3 and 997 more`. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
