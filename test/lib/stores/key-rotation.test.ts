import { beforeEach, describe, expect, it } from 'vitest';
import type { CipherText } from '../../../lib/stores/encrypted-attributes.ts';
import {
  decryptField,
  encryptField,
  markField,
  type Place,
  unmarkField,
} from '../../../lib/stores/encrypted-fields.ts';
import { useEncryptionKeys } from '../../../lib/stores/encryption-keys.ts';
import { rotateKeys } from '../../../lib/stores/key-rotation.ts';
import { read } from '../../../lib/stores/read.ts';
import { registerType } from '../../../lib/stores/saved-object-types.ts';
import { createObject, deleteObject, getDecrypted, updateObject } from '../../../lib/stores/saved-objects.ts';
import { write } from '../../../lib/stores/write.ts';
import {
  intercept,
  later,
  numbered,
  ownTables,
  partition,
  record,
  type Sent,
  serviceError,
  stoppedClock,
} from './store.ts';

ownTables();

let tests = 0;
let type = '';
const space = 'default';
const key = (letter: string) => letter.repeat(32);
const keys = (primary: string, ...former: string[]) =>
  useEncryptionKeys(JSON.stringify({ primaryKey: key(primary), decryptionOnlyKeys: former.map(key) }));

// Each test has a type of its own, so that its counts are its own.
beforeEach(async () => {
  type = `secret-${tests++}`;
  registerType(type, { namespaces: 'multiple-isolated', encrypted: ['password', 'token'], bound: ['url'] });
  await write({ table: 'SavedObjects', delete: { pk: 'key-rotation', sk: 'lock' } });
});

const create = (id: string, more: object = {}) =>
  createObject({ type, id, attributes: { url: '/', password: `of ${id}`, ...more } }, { space, now: new Date() });
const passwordOf = async (id: string) => (await getDecrypted({ type, id, space })).attributes.password;
const rotate = (more: { now?: Date; deadline?: number } = {}) =>
  rotateKeys({ type, now: new Date(), deadline: later(), ...more });
const ids = (count: number) => Array.from({ length: count }, (_, index) => numbered(index));

async function given(count: number) {
  keys('a');
  await Promise.all(ids(count).map((id) => create(id)));
  keys('b', 'a');
}

/** Everything can be read, also by who has only the new key. */
async function expectAllReadable(count: number) {
  keys('b');
  for (const id of ids(count)) expect(await passwordOf(id)).toBe(`of ${id}`);
}

describe('counts', () => {
  it('total is everything with secrets, successful what was written', async () => {
    await given(3);
    await create('new');
    expect(await rotate()).toEqual({ total: 4, successful: 3, failed: 0 });
    expect(await rotate()).toEqual({ total: 4, successful: 0, failed: 0 });
    await expectAllReadable(3);
  });

  it('are right in a space with any name', async () => {
    await given(1);
    const named = { space: 'encrypted', now: new Date() };
    keys('a');
    await createObject({ type, id: 'there', attributes: { url: '/', password: 'p' } }, named);
    keys('b', 'a');
    expect(await rotate()).toEqual({ total: 2, successful: 2, failed: 0 });
  });

  it('objects without a secret, or under an unknown key, count in the total only', async () => {
    keys('x');
    await create('unknown');
    await given(1);
    await createObject({ type, id: 'none', attributes: { url: '/' } }, { space, now: new Date() });
    expect(await rotate()).toEqual({ total: 3, successful: 1, failed: 0 });
    keys('b', 'x');
    expect(await passwordOf('unknown'), 'it is left as it is').toBe('of unknown');
  });

  it('knows several former keys', async () => {
    keys('c');
    await create('c');
    keys('a');
    await create('a');
    keys('b', 'a', 'c');
    expect(await rotate()).toEqual({ total: 2, successful: 2, failed: 0 });
    keys('b');
    expect([await passwordOf('a'), await passwordOf('c')]).toEqual(['of a', 'of c']);
  });

  it('does not write anew what has the primary key, though it is listed as a former one too', async () => {
    await given(1);
    keys('b', 'b', 'a');
    await rotate();
    expect(await rotate()).toEqual({ total: 1, successful: 0, failed: 0 });
  });

  it('covers all types unless one is asked for', async () => {
    await given(1);
    registerType(`${type}-2`, { namespaces: 'single', encrypted: ['password'] });
    keys('a');
    await createObject({ type: `${type}-2`, id: 'x', attributes: { password: 'p' } }, { space, now: new Date() });
    keys('b', 'a');
    const { successful } = await rotateKeys({ now: new Date(), deadline: later() });
    expect(successful).toBeGreaterThanOrEqual(2);
    keys('b');
    expect((await getDecrypted({ type: `${type}-2`, id: 'x', space })).attributes).toEqual({ password: 'p' });
  });

  it('is right over many batches, and moves version and time', async () => {
    await given(100);
    const before = await getDecrypted({ type, id: numbered(7), space });
    const now = new Date(Date.now() + 60_000);
    expect(await rotate({ now })).toEqual({ total: 100, successful: 100, failed: 0 });
    const after = await getDecrypted({ type, id: numbered(7), space });
    expect(after).toEqual({ ...before, version: before.version + 1, updated_at: now.toISOString() });
    await expectAllReadable(100);
  });

  it('writes what the time allows; a repeat continues', async () => {
    await given(20);
    expect(await rotate({ deadline: 0 })).toEqual({ total: 20, successful: 0, failed: 20 });
    const clock = stoppedClock();
    let writes = 0;
    intercept((sent, send) => {
      if (sent.name === 'TransactWriteCommand' && ++writes === 5) clock.pass();
      return send();
    });
    const first = await rotate({ deadline: clock.deadline });
    expect(first.successful).toBeGreaterThan(0);
    expect(first.failed).toBeGreaterThan(0);
    expect(first.successful + first.failed).toBe(20);
    expect(await rotate()).toEqual({ total: 20, successful: first.failed, failed: 0 });
    await expectAllReadable(20);
  });
});

describe('the lock', () => {
  const lock = () => read('SavedObjects', { pk: 'key-rotation', sk: 'lock' });
  const BUSY = 'Encryption key rotation is in progress already. Please wait until it is completed and try again.';

  it('lets one of several rotations run', async () => {
    await given(30);
    const outcomes = await Promise.allSettled([rotate(), rotate(), rotate()]);
    const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.message] : []));
    expect(done[0]).toEqual({ total: 30, successful: 30, failed: 0 });
    expect(refused).toEqual([BUSY, BUSY]);
    expect(await lock()).toBeUndefined();
  });

  it('goes with a rotation that fails', async () => {
    await given(1);
    intercept(async (sent, send) => {
      if (sent.name === 'QueryCommand') throw new Error('no');
      return send();
    });
    await expect(rotate()).rejects.toThrow('no');
    expect(await lock()).toBeUndefined();
  });

  it('of a crashed rotation holds for a minute, whatever TTL does', async () => {
    await given(1);
    const crashed = Date.now();
    await write({
      table: 'SavedObjects',
      put: { pk: 'key-rotation', sk: 'lock', expires_at: crashed + 60_000, version: 7 },
    });
    await expect(rotate({ now: new Date(crashed + 59_999) })).rejects.toThrow(BUSY);
    expect(await rotate({ now: new Date(crashed + 60_001) })).toEqual({ total: 1, successful: 1, failed: 0 });
  });

  it('that somebody took over is not taken from them', async () => {
    await given(1);
    let isTaken = false;
    intercept(async (sent, send) => {
      if (sent.name === 'QueryCommand' && !isTaken) {
        isTaken = true;
        await write({ table: 'SavedObjects', put: { pk: 'key-rotation', sk: 'lock', expires_at: 1, version: 99 } });
      }
      return send();
    });
    await rotate();
    expect(await lock()).toMatchObject({ version: 99 });
  });

  it('is not taken without former keys', async () => {
    keys('b');
    await expect(rotate()).rejects.toThrow('Kibana is not configured to support encryption key rotation.');
    expect(await lock()).toBeUndefined();
  });
});

/** Does something at the moment between reading and writing each object, or row. */
function between(act: (id: string) => Promise<unknown>): void {
  const met = new Set<string>();
  intercept(async (sent, send) => {
    const item = sent.name === 'TransactWriteCommand' ? sent.input.TransactItems[0]?.Put?.Item : undefined;
    const id: string | undefined = item?.id ?? item?.sk;
    if (id !== undefined && !met.has(id)) {
      met.add(id);
      await act(id);
    }
    return send();
  });
}

describe('others at work', () => {
  it('an update in between stands, and is under the primary key', async () => {
    await given(3);
    between((id) =>
      updateObject(
        { type, id, space },
        ({ attributes }) => ({ attributes: { ...attributes, password: `new ${id}` } }),
        {
          now: new Date(),
        },
      ),
    );
    expect(await rotate()).toEqual({ total: 3, successful: 0, failed: 3 });
    keys('b');
    for (const id of ids(3)) expect(await passwordOf(id)).toBe(`new ${id}`);
    keys('b', 'a');
    expect(await rotate()).toEqual({ total: 3, successful: 0, failed: 0 });
  });

  it('a deletion in between stands', async () => {
    await given(2);
    between((id) => deleteObject({ type, id, space }));
    expect(await rotate()).toEqual({ total: 2, successful: 0, failed: 2 });
    expect(await partition('SavedObjects', `encrypted:${type}`)).toEqual([]);
    await expect(passwordOf(numbered(0))).rejects.toThrow('not found');
  });

  it('updates under load lose nothing', async () => {
    await given(40);
    const update = (id: string) =>
      updateObject(
        { type, id, space },
        ({ attributes }) => ({ attributes: { ...attributes, count: Number(attributes.count ?? 0) + 1 } }),
        { now: new Date() },
      );
    await Promise.all([rotate(), ...ids(40).flatMap((id) => [update(id), update(id)])]);
    await rotate();
    keys('b');
    for (const id of ids(40)) {
      const { attributes } = await getDecrypted({ type, id, space });
      expect(attributes).toMatchObject({ password: `of ${id}`, count: 2 });
    }
  });
});

describe('a row that is no saved object', () => {
  const kind = 'fleet-secrets';
  const place = (sk: string): Place => ({ kind, at: { pk: `secrets ${tests}`, sk }, bound: 'owner' });
  const rotateFields = () => rotateKeys({ type: kind, now: new Date(), deadline: later() });
  const cipherOf = async (sk: string) => (await read('SavedObjects', place(sk).at))?.value as CipherText;
  const secretOf = async (sk: string) => decryptField(await cipherOf(sk), place(sk));

  async function givenSecret(sk: string) {
    const cipher = await encryptField(`of ${sk}`, place(sk));
    const row = { ...place(sk).at, value: cipher, owner: 'owner', other: [1], version: 1 };
    await write({ table: 'SavedObjects', put: row }, markField(place(sk), cipher));
  }

  beforeEach(async () => {
    const pk = `encrypted:${kind}`;
    const marks = await partition('SavedObjects', pk);
    await Promise.all(marks.map(({ sk }) => write({ table: 'SavedObjects', delete: { pk, sk: String(sk) } })));
  });

  it('is written again as it was, under the primary key, and counted with all others', async () => {
    keys('a');
    await Promise.all(ids(20).map(givenSecret));
    keys('b', 'a');
    await givenSecret('new');
    expect(await rotateFields()).toEqual({ total: 21, successful: 20, failed: 0 });
    expect(await rotateFields()).toEqual({ total: 21, successful: 0, failed: 0 });
    expect(await rotateKeys({ now: new Date(), deadline: later() })).toMatchObject({ failed: 0 });
    keys('b');
    for (const id of [...ids(20), 'new']) expect(await secretOf(id)).toBe(`of ${id}`);
    const { value: _, writeId: __, ...rest } = (await read('SavedObjects', place(numbered(3)).at)) ?? {};
    expect(rest).toEqual({ ...place(numbered(3)).at, owner: 'owner', other: [1], version: 2 });
  });

  it('without a secret, or under an unknown key, counts in the total only', async () => {
    keys('x');
    await givenSecret('unknown');
    await write(markField(place('none'), undefined));
    keys('b', 'a');
    expect(await rotateFields()).toEqual({ total: 2, successful: 0, failed: 0 });
  });

  it('that changes or goes in between stays as it then is', async () => {
    keys('a');
    await Promise.all(['changed', 'gone'].map(givenSecret));
    keys('b', 'a');
    between(async (id) => {
      const { at } = place(id);
      if (id === 'gone') return write({ table: 'SavedObjects', delete: at }, unmarkField(kind, at));
      const cipher = await encryptField('another', place(id));
      const next = { ...at, value: cipher, version: 2 };
      await write({ table: 'SavedObjects', replace: next }, markField(place(id), cipher));
    });
    expect(await rotateFields()).toEqual({ total: 2, successful: 0, failed: 2 });
    keys('b');
    expect(await secretOf('changed')).toBe('another');
    expect(await read('SavedObjects', place('gone').at)).toBeUndefined();
    expect(await partition('SavedObjects', `encrypted:${kind}`)).toHaveLength(1);
  });

  it('cannot be moved to another place', async () => {
    keys('a');
    await givenSecret('here');
    const cipher = await cipherOf('here');
    await expect(decryptField(cipher, place('there'))).rejects.toThrow();
    await expect(decryptField(cipher, { ...place('here'), bound: 'another' })).rejects.toThrow();
    await expect(decryptField(cipher, { ...place('here'), kind: 'ingest-outputs' })).rejects.toThrow();
  });
});

describe('interrupted', () => {
  const isWrite = ({ name }: Sent) => /^(Put|Update|Delete|TransactWrite)Command$/.test(name);
  const COUNT = 4;
  /** Lock, four objects, and the lock again. */
  const WRITES = COUNT + 2;

  it('makes as many writes as the tests below expect', async () => {
    await given(COUNT);
    const sent = record();
    await rotate();
    expect(sent.filter(isWrite)).toHaveLength(WRITES);
  });

  it.each(
    ids(WRITES).flatMap(
      (_, index) =>
        [
          [index, 'before it is done'],
          [index, 'after it is done'],
        ] as const,
    ),
  )('at write %i, %s: a repeat ends with every object readable', async (position, moment) => {
    await given(COUNT);
    let writes = 0;
    let isBroken = false;
    intercept(async (sent, send) => {
      if (isBroken) throw serviceError('ConnectionError');
      if (!isWrite(sent) || writes++ !== position) return send();
      if (moment === 'after it is done') await send();
      // From here on the process is as good as dead.
      isBroken = true;
      throw serviceError('ConnectionError');
    });
    await rotate().catch(() => undefined);
    isBroken = false;
    writes = Number.NEGATIVE_INFINITY;
    for (const id of ids(COUNT)) expect(await passwordOf(id), 'nothing is lost meanwhile').toBe(`of ${id}`);
    // The dead one may have left its lock.
    const { failed, total } = await rotate({ now: new Date(Date.now() + 61_000) });
    expect({ failed, total }).toEqual({ failed: 0, total: COUNT });
    await expectAllReadable(COUNT);
  });
});
