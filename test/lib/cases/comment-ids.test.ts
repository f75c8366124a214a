import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { incarnationOf, newCommentId, newIncarnation } from '../../../lib/cases/comment-ids.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('comment ids', () => {
  it('are UUIDs that lead to their case', () => {
    const incarnation = newIncarnation(randomUUID);
    expect(incarnation).toMatch(/^[0-9a-f]{15}$/);
    const ids = Array.from({ length: 100 }, () => newCommentId(incarnation, randomUUID));
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) {
      expect(id).toMatch(UUID_V4);
      expect(incarnationOf(id)).toBe(incarnation);
    }
  });

  it.each([
    '',
    'x',
    '71ec1870-725b-11ea-a0b2-c51ea50a58e2',
    '71EC1870-725B-41EA-A0B2-C51EA50A58E2',
    `${randomUUID()}x`,
  ])('cannot be %s', (id) => {
    expect(incarnationOf(id)).toBeUndefined();
  });

  it('need random UUIDs to be made of', () => {
    expect(() => newIncarnation(() => 'x')).toThrow('UUIDs of version 4');
  });
});
