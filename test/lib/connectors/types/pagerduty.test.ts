import { describe, expect, it } from 'vitest';
import { useConfig } from '../../../../lib/config.ts';
import { pagerduty } from '../../../../lib/connectors/types/pagerduty.ts';
import { closedPort, garbage, nothing, outside, refusalOf, runOf } from '../outside.ts';

const world = outside();
const secrets = { routingKey: 'routing-key' };
const run = (params: object) => runOf(pagerduty, { params, config: { apiUrl: `${world.url}/v2/enqueue` }, secrets });
const accepted = { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'k' } };

describe('.pagerduty', () => {
  it.each([
    [
      {},
      {
        event_action: 'trigger',
        payload: { summary: 'No summary provided.', source: 'Kibana Action my-id', severity: 'info' },
      },
    ],
    [
      {
        eventAction: 'trigger',
        dedupKey: 'k',
        summary: 's',
        source: 'o',
        severity: 'critical',
        timestamp: '2025-01-02T03:04:05+01:00',
        component: 'c',
        group: 'g',
        class: 'l',
        links: [{ href: 'http://a', text: 'b' }],
        customDetails: { a: { b: 1 } },
      },
      {
        event_action: 'trigger',
        dedup_key: 'k',
        payload: {
          summary: 's',
          source: 'o',
          severity: 'critical',
          timestamp: '2025-01-02T02:04:05.000Z',
          component: 'c',
          group: 'g',
          class: 'l',
          custom_details: { a: { b: 1 } },
        },
        links: [{ href: 'http://a', text: 'b' }],
      },
    ],
    [
      { eventAction: 'resolve', dedupKey: 'k', summary: 's' },
      { event_action: 'resolve', dedup_key: 'k' },
    ],
    [
      { eventAction: 'acknowledge', dedupKey: 'k' },
      { event_action: 'acknowledge', dedup_key: 'k' },
    ],
    [{ timestamp: ' ' }, expect.objectContaining({ event_action: 'trigger' })],
  ])('posts %j', async (params, body) => {
    world.replies(accepted);
    expect(await run(params)).toEqual({ status: 'ok', data: accepted.body });
    expect(world.seen).toEqual([expect.objectContaining({ method: 'POST', path: '/v2/enqueue', body })]);
    expect(world.seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-routing-key': 'routing-key',
    });
  });

  it.each([
    [200, { message: 'error posting pagerduty event: unexpected status 200' }],
    [400, { message: 'error posting pagerduty event: unexpected status 400' }],
    [429, { message: 'error posting pagerduty event: http status 429, retry later', retry: true }],
    [503, { message: 'error posting pagerduty event: http status 503, retry later', retry: true }],
  ])('judges status %i', async (status, result) => {
    world.replies({ status, body: {} });
    expect(await run({})).toEqual({ status: 'error', ...result });
  });

  it.each([
    ['garbage', garbage, expect.stringMatching(/^Parse Error/)],
    ['silence', nothing, 'timeout of 250ms exceeded'],
    [
      'a redirect elsewhere',
      { status: 307, headers: { location: 'http://10.0.0.1/' } },
      'target hostname "10.0.0.1" is not added to the Kibana config xpack.actions.allowedHosts',
    ],
  ])('tells %s', async (_name, reply, serviceMessage) => {
    world.replies(reply);
    expect(await run({})).toEqual({ status: 'error', message: 'error posting pagerduty event', serviceMessage });
  });

  it('tells that nobody listens', async () => {
    const port = await closedPort();
    expect(
      await runOf(pagerduty, { params: {}, config: { apiUrl: `http://127.0.0.1:${port}` }, secrets }),
    ).toMatchObject({
      serviceMessage: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it.each([
    [{ eventAction: 'resolve' }, 'DedupKey is required when eventAction is "resolve"'],
    [{ eventAction: 'acknowledge', dedupKey: '' }, 'DedupKey is required when eventAction is "acknowledge"'],
    [{ timestamp: 'x' }, 'error parsing timestamp "x"'],
    [
      { eventAction: 'x' },
      '[eventAction]: types that failed validation:\n- [eventAction.0]: expected value to equal [trigger]\n- [eventAction.1]: expected value to equal [resolve]\n- [eventAction.2]: expected value to equal [acknowledge]',
    ],
    [{ dedupKey: 'x'.repeat(256) }, '[dedupKey]: value has length [256] but it must have a maximum length of [255].'],
    [{ summary: 'x'.repeat(1_025) }, '[summary]: value has length [1025] but it must have a maximum length of [1024].'],
    [{ foo: 1 }, '[foo]: definition for this key is missing'],
  ])('refuses %j', (params, text) => {
    expect(refusalOf(pagerduty, { params, secrets })).toBe(`error validating action params: ${text}`);
  });

  it('uses PagerDuty’s own address unless told otherwise, and only if that is allowed', () => {
    expect(refusalOf(pagerduty, { params: {}, secrets })).toBe('accepted');
    useConfig({ CONNECTORS_ALLOWED_HOSTS: 'example.com' });
    expect(refusalOf(pagerduty, { params: {}, secrets })).toBe(
      'error validating action type config: error configuring pagerduty action: target url "https://events.pagerduty.com/v2/enqueue" is not added to the Kibana config xpack.actions.allowedHosts',
    );
  });

  it('judges params first, then config, then secrets', () => {
    const bad = { params: { a: 1 }, config: { a: 1 }, secrets: { a: 1 } };
    expect(refusalOf(pagerduty, bad)).toMatch(/^error validating action params: /);
    expect(refusalOf(pagerduty, { ...bad, params: {} })).toMatch(/^error validating action type config: /);
    expect(refusalOf(pagerduty, { ...bad, params: {}, config: {} })).toBe(
      'error validating action type secrets: [routingKey]: expected value of type [string] but got [undefined]',
    );
  });
});
