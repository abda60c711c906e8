import * as v from 'valibot';
import { DepotError } from './error.js';
import { digestSchema, nameSchema, parseJson, sizeSchema } from './schema.js';

const entrySchema = v.strictObject({
  /** 1 for the first entry, one more for each that follows. */
  revision: sizeSchema,
  release: digestSchema,
  /** The release's name, for people. */
  name: nameSchema,
  action: v.picklist(['publish', 'rollback']),
  /** UTC, ISO 8601 with seconds. */
  at: v.pipe(v.string(), v.isoTimestamp()),
});
export type ChannelEntry = v.InferOutput<typeof entrySchema>;

const channelSchema = v.strictObject({
  format: v.literal('depotcast-channel/1'),
  channel: nameSchema,
  entries: v.pipe(v.array(entrySchema), v.minLength(1)),
});

/** A channel's whole history, oldest first; the last entry is what nodes run. Entries are only ever appended. */
export type Channel = v.InferOutput<typeof channelSchema>;

/** @throws DepotError `bad-format`, also when the revisions do not count up from 1. */
export function parseChannel(text: string, where: string): Channel {
  const channel = parseJson(channelSchema, text, where);
  const gap = channel.entries.findIndex((entry, index) => entry.revision !== index + 1);
  if (gap === -1) return channel;
  throw new DepotError(
    'bad-format',
    `${where}: entry ${gap + 1} has revision ${channel.entries[gap]?.revision ?? ''}`,
  );
}

export function currentEntry(channel: Channel): ChannelEntry {
  const entry = channel.entries.at(-1);
  if (entry === undefined) throw new DepotError('bad-format', `channel ${channel.channel} has no entries`);
  return entry;
}

/** The channel with one more entry; `channel` is undefined before the first. */
export function appendEntry(
  channel: Channel | undefined,
  name: string,
  entry: Omit<ChannelEntry, 'revision'>,
): Channel {
  const entries = channel?.entries ?? [];
  return {
    format: 'depotcast-channel/1',
    channel: name,
    entries: [...entries, { revision: entries.length + 1, ...entry }],
  };
}
