/** UTC, ISO 8601, to the second: how every file here spells a time. */
export function instantOf(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
