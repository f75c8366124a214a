import { describe, expect, it } from 'vitest';
import { fleet, shown } from '../fleet/fleet.ts';
import { checksAgents, checksKeys, refused } from './refusals.ts';
import { contentRows, noise, uploads } from './upload.ts';

const api = fleet();
const { agentCall, givenAgent } = api;
const { begin, put, finish, started, uploaded, listed } = uploads(api);

describe('before anything else', () => {
  checksKeys(api, 'POST /api/fleet/uploads', { agent_id: 'x' });
  checksAgents(api, ({ key }, agent_id) => agentCall('POST /api/fleet/uploads', key, { agent_id }));
});

describe('POST /api/fleet/uploads', () => {
  it('begins an upload, and lists it', async () => {
    const agent = await givenAgent();
    await started(agent, { action_id: 'a' });
    expect(await listed(agent.id)).toEqual([
      {
        id: `a.${agent.id}`,
        name: 'diag.zip',
        filePath: `/api/fleet/agents/files/a.${agent.id}/diag.zip`,
        createTime: expect.any(String),
        status: 'AWAITING_UPLOAD',
        actionId: 'a',
      },
    ]);
  });

  it('mends half characters', async () => {
    const agent = await givenAgent();
    await started(agent, { file: { name: 'a\ud800.zip' } });
    expect(await listed(agent.id)).toMatchObject([{ name: 'a\ufffd.zip' }]);
  });

  it('gives up what was uploaded for the same action before', async () => {
    const agent = await givenAgent();
    const first = await uploaded(agent, [noise(400_000)], 'same');
    expect(await contentRows(first.uploadId, 1)).toBe(3);
    const second = await started(agent, { action_id: 'same', file: { size: 3 } });
    expect(await contentRows(first.uploadId, 1)).toBe(0);
    const over = refused(400, 'ErrAPIKeyNotFound', 'active upload not found with this ID, it may be expired');
    expect(shown(await put(agent, first.uploadId, 0, noise(3)))).toEqual(over);
    expect(shown(await finish(agent, first.uploadId, 'x'))).toEqual(over);
    expect((await put(agent, second, 0, noise(3))).status).toBe(200);
    expect(await listed(agent.id)).toHaveLength(1);
  });

  it('keeps what the endpoint integration uploads out of the list', async () => {
    const agent = await givenAgent();
    await started(agent, { src: 'endpoint', action_id: 'e' });
    expect(await listed(agent.id)).toEqual([]);
    expect((await api.call(`DELETE /api/fleet/agents/files/e.${agent.id}`)).status).toBe(400);
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ action_id: ' ' }, 'ErrFieldRequired', 'action_id is required: field required'],
    [{ src: '' }, 'ErrFieldRequired', 'src is required: field required'],
    [{ src: 'other' }, 'BadRequest', 'Bad request: unknown upload source "other"'],
    [{ file: { name: undefined } }, 'ErrFieldRequired', 'file.name is required: field required'],
    [{ file: { mime_type: 5 } }, 'ErrFieldRequired', 'file.mime_type is required: field required'],
    [{ file: { size: undefined } }, 'ErrFileSizeRequired', 'file.size is required'],
    [{ file: { size: '10' } }, 'ErrFileSizeRequired', 'file.size is required'],
    [{ file: { size: 0 } }, 'ErrInvalidFileSize', 'file.size: 0: invalid filesize'],
    [{ file: { size: -1 } }, 'ErrInvalidFileSize', 'file.size: -1: invalid filesize'],
    [{ file: { size: 1.5 } }, 'ErrInvalidFileSize', 'file.size: 1.5: invalid filesize'],
    [{ file: { size: 104_857_601 } }, 'ErrFileSizeTooLarge', 'this file exceeds the maximum allowed file size'],
    [{ agent_id: '' }, 'ErrAgentIDMissing', 'required field agent_id is missing'],
  ])('refuses %j', async (fields, error, message) => {
    expect(shown(await begin(await givenAgent(), fields))).toEqual(refused(400, error, message));
  });

  it('refuses what is no JSON, and an id that cannot be stored', async () => {
    const agent = await givenAgent();
    expect(shown(await agentCall('POST /api/fleet/uploads', agent.key, '{'))).toEqual(
      refused(400, 'BadRequest', 'Bad request: unable to decode upload begin request'),
    );
    expect((await begin(agent, { action_id: 'x'.repeat(3_000) })).status).toBe(400);
  });
});
