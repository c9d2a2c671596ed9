import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    // A guard against what hangs, wide enough for a machine that is busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // A test never speaks to the network that the machine happens to be on.
    env: { BELFRY_DISCOVERY: 'off' },
    reporters: ['default', './tests/missing-reporter.ts'],
  },
})
