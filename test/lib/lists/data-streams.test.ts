import { expect, it } from 'vitest';
import { createDataStreams, requireDataStreamFor, requireDataStreams } from '../../../lib/lists/data-streams.ts';
import { ownTables } from '../stores/store.ts';

ownTables();

it('finds nothing in a space where nobody created them, and says what is missing for what', async () => {
  await expect(requireDataStreams('a')).rejects.toMatchObject({
    status: 404,
    message: 'data stream .lists-a and data stream .items-a does not exist',
  });
  await expect(requireDataStreamFor('create a list', 'a')).rejects.toMatchObject({
    status: 400,
    message: 'To create a list, the data stream must exist first. Data stream ".lists-a" does not exist',
  });
  await expect(requireDataStreamFor('import a list item', 'a')).rejects.toMatchObject({
    status: 400,
    message: 'To import a list item, the data steam must exist first. Data stream ".lists-a" does not exist',
  });
});

it('creates them for one space, again without harm', async () => {
  await createDataStreams('b');
  await createDataStreams('b');
  await requireDataStreams('b');
  await requireDataStreamFor('create a list', 'b');
  await requireDataStreamFor('import a list item', 'b');
  await expect(requireDataStreams('c')).rejects.toMatchObject({ status: 404 });
});
