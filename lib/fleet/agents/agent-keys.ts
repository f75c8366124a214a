import { createHash } from 'node:crypto';
import { key } from '../../stores/keys.ts';

/** Agents are spread over this many partitions: one partition takes 1,000 writes a second. */
export const SHARDS = 16;
export const DAY_MS = 86_400_000;

/** Numbers of all partitions. */
export const shards: readonly number[] = Array.from({ length: SHARDS }, (_, index) => index);

/** The partition of an agent. */
export function shardOf(id: string): number {
  return digest(id).readUInt32BE(0) % SHARDS;
}

export function partitionOf(shard: number): string {
  return `agents#${shard}`;
}

export function agentKey(id: string) {
  return key(partitionOf(shardOf(id)), id);
}

/** A text of fixed length that stands for any text in a key. */
export function nameInKey(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * The day, as a number, in which an agent was last heard of. Each agent has its own hour at which a day begins: a fleet that
 * changed its rows at midnight would do so all at once.
 */
export function dayOf(id: string, time: number): number {
  return Math.floor((time + hourOf(id)) / DAY_MS);
}

/** First and last moment (exclusive) of an agent's day, in epoch milliseconds. */
export function spanOf(id: string, day: number): { from: number; to: number } {
  const from = day * DAY_MS - hourOf(id);
  return { from, to: from + DAY_MS };
}

function hourOf(id: string): number {
  return digest(id).readUInt32BE(4) % DAY_MS;
}

function digest(id: string): Buffer {
  return createHash('sha256').update(id).digest();
}
