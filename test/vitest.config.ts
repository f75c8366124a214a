import { defineConfig } from 'vitest/config';

/** Tests that start the whole service or package it: they want the machine for themselves. */
const HEAVY = [
  'test/e2e/**/*.test.ts',
  'test/clients/**/*.test.ts',
  'test/lib/local/**/*.test.ts',
  'test/lib/tooling/**/*.test.ts',
];
const shared = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/worker-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    projects: [
      {
        test: {
          ...shared,
          name: 'chain',
          include: ['test/**/*.test.ts'],
          // The browser's tests need a browser: npm run test:browser.
          exclude: [...HEAVY, 'test/browser/**'],
          // More than cores: they wait for the store half of the time.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...shared, name: 'service', include: HEAVY, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
