import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalService, startLocalService } from '../support/local-service.ts';

let service: LocalService;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  service = await startLocalService();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${service.url}/`);
  await page.getByText('Kibana, serverless').first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

it('shows every area without a complaint in the console', async () => {
  await page.getByRole('heading', { name: 'lists' }).waitFor();
  expect(complaints).toEqual([]);
});

it('finds an area by its name', async () => {
  await page.getByPlaceholder('Filter by tag').fill('lists');
  await expect.poll(() => page.locator('.opblock-tag').allInnerTexts()).toEqual(['lists']);
});

it('sends a request from its console and shows the real answer', async () => {
  const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;
  await fetch(`${service.url}/api/lists/index`, { method: 'POST', headers: { authorization, 'kbn-xsrf': 'true' } });

  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.getByLabel('auth-basic-username').fill('elastic');
  await page.getByLabel('auth-basic-password').fill('changeme');
  await page.locator('.modal-ux').getByRole('button', { name: 'Apply credentials' }).first().click();
  await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).first().click();

  await page.locator('.opblock-tag').click();
  const operation = page.locator('#operations-lists-post-api-lists');
  await operation.locator('.opblock-summary').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation
    .locator('textarea')
    .fill(JSON.stringify({ id: 'typed', name: 'Typed here', description: 'Made in a browser', type: 'ip' }));
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table .highlight-code').first();
  await answer.waitFor();
  expect(await answer.textContent()).toContain('"name": "Typed here"');

  const stored = await fetch(`${service.url}/api/lists?id=typed`, { headers: { authorization } });
  expect(await stored.json()).toMatchObject({ id: 'typed', name: 'Typed here', created_by: 'elastic' });
});
